//go:build ignore

// Writes histograms.txt: series of histograms, and the chunks that Prometheus makes of them.
package main

import (
	"bufio"
	"fmt"
	"math"
	"math/rand"
	"os"
	"slices"
	"strings"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
)

var out = bufio.NewWriter(os.Stdout)

func main() {
	defer out.Flush()
	r := rand.New(rand.NewSource(20260102))
	for i := 0; i < 60; i++ {
		series(r)
	}
}

func series(r *rand.Rand) {
	fmt.Fprintln(out, "series")
	var chunks []chunkenc.Chunk
	var app chunkenc.Appender
	g := newGenerator(r)
	t := []int64{0, 1_700_000_000_000, -5, 1 << 45}[r.Intn(4)]
	for n := 1 + r.Intn(40); n > 0; n-- {
		h, fh := g.next()
		cut := len(chunks) == 0
		if !cut && r.Intn(20) == 0 {
			fmt.Fprintln(out, "cut")
			cut = true
		}
		fmt.Fprintf(out, "add %d %s\n", t, text(h, fh))
		var err error
		enc := chunkenc.EncHistogram
		if fh != nil {
			enc = chunkenc.EncFloatHistogram
		}
		prev := app
		if cut || chunks[len(chunks)-1].Encoding() != enc {
			c, _ := chunkenc.NewEmptyChunk(enc)
			chunks = append(chunks, c)
			app, _ = c.Appender()
		} else {
			prev = nil
		}
		var c chunkenc.Chunk
		var recoded bool
		if h != nil {
			c, recoded, app, err = app.AppendHistogram(prev, 0, t, h, false)
		} else {
			c, recoded, app, err = app.AppendFloatHistogram(prev, 0, t, fh, false)
		}
		if err != nil {
			panic(err)
		}
		if recoded {
			chunks[len(chunks)-1] = c
		} else if c != nil {
			chunks = append(chunks, c)
		}
		t += 15000
		if r.Intn(4) == 0 {
			t += int64(r.Intn(4000)) - 2000
		}
		if r.Intn(30) == 0 {
			t += r.Int63n(1 << 40)
		}
	}
	for _, c := range chunks {
		fmt.Fprintf(out, "chunk %d %x\n", c.Encoding(), c.Bytes())
		decoded(c)
	}
}

func decoded(c chunkenc.Chunk) {
	it := c.Iterator(nil)
	for typ := it.Next(); typ != chunkenc.ValNone; typ = it.Next() {
		if typ == chunkenc.ValHistogram {
			t, h := it.AtHistogram(nil)
			fmt.Fprintf(out, "has %d %s\n", t, text(h, nil))
		} else {
			t, fh := it.AtFloatHistogram(nil)
			fmt.Fprintf(out, "has %d %s\n", t, text(nil, fh))
		}
	}
}

// A histogram that counts on, gains and loses buckets, begins anew, changes its schema or kind, and ends.
type generator struct {
	r          *rand.Rand
	schema     int32
	threshold  float64
	bounds     []float64
	float      bool
	gauge      bool
	step       int64
	pos, neg   map[int32]int64
	zero       int64
	sum        float64
	sloppySpan bool
}

func newGenerator(r *rand.Rand) *generator {
	g := &generator{r: r, float: r.Intn(2) == 0, gauge: r.Intn(4) == 0, sloppySpan: r.Intn(3) == 0}
	g.step = []int64{4, 40, 3000, 1 << 33}[r.Intn(4)]
	g.begin()
	return g
}

func (g *generator) begin() {
	g.schema = int32(g.r.Intn(13) - 4)
	g.threshold = []float64{0, 2.938735877055719e-39, 0.001, 1024, 2048, math.Ldexp(1, -243), math.Ldexp(1, -244)}[g.r.Intn(7)]
	g.bounds = nil
	if g.r.Intn(4) == 0 {
		g.schema, g.threshold = -53, 0
		b := []float64{-3.5, 0, 0.001, 0.1 + 0.2, 33554.43}[g.r.Intn(5)]
		for i := 0; i < 12; i++ {
			g.bounds = append(g.bounds, b)
			b += []float64{0.005, 1, 100, math.Pi, 20000}[g.r.Intn(5)]
		}
	}
	g.clear()
	for i := g.r.Intn(6); i > 0; i-- {
		g.grow()
	}
}

func (g *generator) clear() {
	g.pos, g.neg, g.zero, g.sum = map[int32]int64{}, map[int32]int64{}, 0, float64(g.r.Intn(10))
}

func (g *generator) grow() {
	if g.schema == -53 {
		g.pos[int32(g.r.Intn(13))] += 0
		return
	}
	side := g.pos
	if g.r.Intn(3) == 0 {
		side = g.neg
	}
	side[int32(g.r.Intn(24)-12)] += 0
}

func (g *generator) next() (*histogram.Histogram, *histogram.FloatHistogram) {
	hint := histogram.CounterResetHint(g.r.Intn(3))
	if hint == histogram.CounterReset && g.r.Intn(10) > 0 {
		hint = histogram.UnknownCounterReset
	}
	switch g.r.Intn(40) {
	case 0:
		g.begin()
	case 1:
		g.clear()
		g.grow()
	case 2:
		g.float = !g.float
	case 3:
		g.gauge = !g.gauge
	case 4, 5:
		if g.float {
			return nil, &histogram.FloatHistogram{Sum: math.Float64frombits(value.StaleNaN)}
		}
		return &histogram.Histogram{Sum: math.Float64frombits(value.StaleNaN)}, nil
	case 6, 7, 8, 9:
		g.grow()
	case 10, 11: // an empty bucket goes
		for _, side := range []map[int32]int64{g.pos, g.neg} {
			for _, i := range sorted(side) {
				if side[i] == 0 {
					delete(side, i)
					break
				}
			}
		}
	case 12: // a used one
		for _, i := range sorted(g.pos) {
			delete(g.pos, i)
			break
		}
	}
	for _, side := range []map[int32]int64{g.pos, g.neg} {
		for _, i := range sorted(side) {
			if g.r.Intn(3) > 0 {
				side[i] += g.r.Int63n(g.step)
				if g.gauge {
					side[i] = max(0, side[i]-g.r.Int63n(g.step))
				}
			}
		}
	}
	if g.schema != -53 {
		g.zero += int64(g.r.Intn(3))
	}
	g.sum += float64(g.r.Intn(1000)) / 8
	if g.gauge {
		hint = histogram.GaugeType
	}
	count := g.zero
	ps, pc := g.layout(g.pos, &count)
	ns, nc := g.layout(g.neg, &count)
	if g.float {
		fh := &histogram.FloatHistogram{
			CounterResetHint: hint, Schema: g.schema, ZeroThreshold: g.threshold, CustomValues: g.bounds, Sum: g.sum,
			Count: float64(count) / 2, ZeroCount: float64(g.zero) / 2, PositiveSpans: ps, NegativeSpans: ns,
		}
		for _, c := range pc {
			fh.PositiveBuckets = append(fh.PositiveBuckets, float64(c)/2)
		}
		for _, c := range nc {
			fh.NegativeBuckets = append(fh.NegativeBuckets, float64(c)/2)
		}
		return nil, fh
	}
	return &histogram.Histogram{
		CounterResetHint: hint, Schema: g.schema, ZeroThreshold: g.threshold, CustomValues: g.bounds, Sum: g.sum,
		Count: uint64(count), ZeroCount: uint64(g.zero), PositiveSpans: ps, NegativeSpans: ns,
		PositiveBuckets: deltas(pc), NegativeBuckets: deltas(nc),
	}, nil
}

func sorted(side map[int32]int64) (indexes []int32) {
	for i := range side {
		indexes = append(indexes, i)
	}
	slices.Sort(indexes)
	return indexes
}

func (g *generator) layout(side map[int32]int64, count *int64) (spans []histogram.Span, counts []int64) {
	var end int32
	for _, i := range sorted(side) {
		*count += side[i]
		counts = append(counts, side[i])
		if len(spans) > 0 && i == end && !g.sloppySpan {
			spans[len(spans)-1].Length++
		} else {
			if g.sloppySpan && len(spans) > 0 {
				spans = append(spans, histogram.Span{Offset: i - end})
				end = i
			}
			spans = append(spans, histogram.Span{Offset: i - end, Length: 1})
		}
		end = i + 1
	}
	return spans, counts
}

func deltas(counts []int64) (d []int64) {
	var last int64
	for _, c := range counts {
		d = append(d, c-last)
		last = c
	}
	return d
}

// kind hint schema zeroThreshold sum count zeroCount spans counts spans counts bounds; floats as bits, in hexadecimal.
func text(h *histogram.Histogram, fh *histogram.FloatHistogram) string {
	if h != nil {
		return fmt.Sprintf("i %d %d %s %s %d %d %s %s %s %s %s", h.CounterResetHint, h.Schema, bits(h.ZeroThreshold),
			bits(h.Sum), h.Count, h.ZeroCount, spans(h.PositiveSpans), absolute(h.PositiveBuckets),
			spans(h.NegativeSpans), absolute(h.NegativeBuckets), floats(h.CustomValues))
	}
	return fmt.Sprintf("f %d %d %s %s %s %s %s %s %s %s %s", fh.CounterResetHint, fh.Schema, bits(fh.ZeroThreshold),
		bits(fh.Sum), bits(fh.Count), bits(fh.ZeroCount), spans(fh.PositiveSpans), floats(fh.PositiveBuckets),
		spans(fh.NegativeSpans), floats(fh.NegativeBuckets), floats(fh.CustomValues))
}

func bits(f float64) string { return fmt.Sprintf("%x", math.Float64bits(f)) }

func list(parts []string) string {
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, ",")
}

func spans(all []histogram.Span) string {
	var parts []string
	for _, s := range all {
		parts = append(parts, fmt.Sprintf("%d:%d", s.Offset, s.Length))
	}
	return list(parts)
}

func absolute(deltas []int64) string {
	var parts []string
	var count int64
	for _, d := range deltas {
		count += d
		parts = append(parts, fmt.Sprint(count))
	}
	return list(parts)
}

func floats(all []float64) string {
	var parts []string
	for _, f := range all {
		parts = append(parts, bits(f))
	}
	return list(parts)
}
