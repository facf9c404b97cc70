package io.engram.tsdb.replica;
import java.util.*;
class DebugTmp { public static void main(String[] a) {
  FaultScript s = FaultScript.draw(new SplittableRandom(Long.parseLong(a[0])));
  long from=Long.parseLong(a[1]), to=Long.parseLong(a[2]);
  TwinMerge m=new TwinMerge(); m.begin(s.ranks()); s.twins().forEach(t->m.add(s.ranks().replica(t.replica()),t.timeMs(),t.value(),null,t.count()));
  var r=m.merge(Long.MIN_VALUE,Long.MAX_VALUE,s.nowMs());
  System.out.println("now "+s.nowMs()+" int "+s.intervalMs());
  SlowMerge slow = new SlowMerge(s.twins(), s.ranks(), s.nowMs());
  var e = slow.merge();
  TreeMap<Long,String> ev=new TreeMap<>();
  for (var t: s.twins()) for(int i=0;i<t.count();i++) if(t.timeMs()[i]>=from&&t.timeMs()[i]<=to) ev.merge(t.timeMs()[i], t.replica()+(t.isMarker(i)?"#":""), (x,y)->x+","+y);
  for (var x: e) if(x.timeMs()>=from&&x.timeMs()<=to) ev.merge(x.timeMs()," SLOW"+s.twins().get(x.twin()).replica(),(p,q)->p+q);
  for (int i=0;i<r.count;i++) if(r.timeMs[i]>=from&&r.timeMs[i]<=to) ev.merge(r.timeMs[i]," FAST",(p,q)->p+q);
  long w=-1; for (var x: ev.entrySet()) { long ww=SlowMerge.window(x.getKey()); if(ww!=w){ w=ww; StringBuilder b=new StringBuilder(); for(var t:s.twins()) b.append(t.replica()).append('=').append(s.ranks().rank(s.ranks().replica(t.replica()),w)).append(' '); System.out.println("-- window "+w*300000+" I="+slow.intervalMs(w*300000)+" "+b);} System.out.println(x.getKey()+" "+x.getValue()); }
}}
