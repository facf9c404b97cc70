//go:build ignore

// Writes histograms.txt: histograms, what Prometheus says of them, and what it makes of them under a limit of buckets.
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
)

var limits = []int{2, 10}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	r := rand.New(rand.NewSource(20260101))
	for i := 0; i < 1200; i++ {
		h, fh := random(r)
		fmt.Fprintf(out, "%s\t%s", text(h, fh), verdict(h, fh))
		for _, limit := range limits {
			fmt.Fprintf(out, "\t%s", limited(h, fh, limit))
		}
		fmt.Fprintln(out)
	}
}

// As storage/remote/write_handler.go and tsdb/head_append.go treat what is sent.
func admit(h *histogram.Histogram, fh *histogram.FloatHistogram) (*histogram.Histogram, *histogram.FloatHistogram, error) {
	if h != nil {
		h = clone(h)
		if h.Schema > 8 && h.Schema <= 52 {
			if err := h.ReduceResolution(8); err != nil {
				return nil, nil, err
			}
		}
		return h, nil, h.Validate()
	}
	fh = cloneFloat(fh)
	if fh.Schema > 8 && fh.Schema <= 52 {
		if err := fh.ReduceResolution(8); err != nil {
			return nil, nil, err
		}
	}
	return nil, fh, fh.Validate()
}

// Unlike Copy, keeps what a histogram should not have.
func clone(h *histogram.Histogram) *histogram.Histogram {
	c := *h
	c.PositiveSpans, c.NegativeSpans = slices.Clone(h.PositiveSpans), slices.Clone(h.NegativeSpans)
	c.PositiveBuckets, c.NegativeBuckets = slices.Clone(h.PositiveBuckets), slices.Clone(h.NegativeBuckets)
	return &c
}

func cloneFloat(h *histogram.FloatHistogram) *histogram.FloatHistogram {
	c := *h
	c.PositiveSpans, c.NegativeSpans = slices.Clone(h.PositiveSpans), slices.Clone(h.NegativeSpans)
	c.PositiveBuckets, c.NegativeBuckets = slices.Clone(h.PositiveBuckets), slices.Clone(h.NegativeBuckets)
	return &c
}

func verdict(h *histogram.Histogram, fh *histogram.FloatHistogram) string {
	if _, _, err := admit(h, fh); err != nil {
		return err.Error()
	}
	return "valid"
}

// As bucketLimitAppender in scrape/target.go does.
func limited(h *histogram.Histogram, fh *histogram.FloatHistogram, limit int) string {
	before := text(h, fh)
	h, fh, err := admit(h, fh)
	if err != nil {
		return "invalid"
	}
	if h != nil {
		for len(h.PositiveBuckets)+len(h.NegativeBuckets) > limit {
			if h.Schema <= -4 || h.ReduceResolution(h.Schema-1) != nil {
				return "refused"
			}
		}
	} else {
		for len(fh.PositiveBuckets)+len(fh.NegativeBuckets) > limit {
			if fh.Schema <= -4 || fh.ReduceResolution(fh.Schema-1) != nil {
				return "refused"
			}
		}
	}
	if left := text(h, fh); left != before {
		return left
	}
	return "same"
}

func random(r *rand.Rand) (*histogram.Histogram, *histogram.FloatHistogram) {
	h := &histogram.Histogram{CounterResetHint: histogram.CounterResetHint(r.Intn(4))}
	h.Schema = int32(r.Intn(13) - 4)
	if r.Intn(5) == 0 {
		h.Schema = -53
	}
	if r.Intn(12) == 0 {
		h.Schema = []int32{9, 12, 20, -5, 52, 53, -9}[r.Intn(7)]
	}
	var pos, neg []int64
	h.PositiveSpans, pos = side(r, h.Schema)
	if h.Schema == -53 {
		bound := float64(r.Intn(3)) / 4
		for i := 0; i < end(h.PositiveSpans)-r.Intn(2)+r.Intn(3); i++ {
			h.CustomValues = append(h.CustomValues, bound)
			bound += float64(1+r.Intn(8)) / 8
		}
	} else {
		h.ZeroThreshold = []float64{0, 1e-128, 0.001, 2.938735877055719e-39}[r.Intn(4)]
		h.ZeroCount = uint64(r.Intn(20))
		h.NegativeSpans, neg = side(r, h.Schema)
	}
	h.Count = h.ZeroCount
	for _, c := range append(append([]int64{}, pos...), neg...) {
		h.Count += uint64(c)
	}
	h.Sum = r.NormFloat64() * 100
	if r.Intn(6) == 0 {
		h.Sum = math.NaN()
		h.Count += uint64(r.Intn(3))
	}
	if r.Intn(2) == 0 {
		spoil(r, h, &pos, &neg)
	}
	h.PositiveBuckets, h.NegativeBuckets = deltas(pos), deltas(neg)
	if r.Intn(2) == 0 {
		return h, nil
	}
	fh := &histogram.FloatHistogram{
		CounterResetHint: h.CounterResetHint, Schema: h.Schema, ZeroThreshold: h.ZeroThreshold, Sum: h.Sum,
		PositiveSpans: h.PositiveSpans, NegativeSpans: h.NegativeSpans, CustomValues: h.CustomValues,
		Count: float64(h.Count) + 0.5, ZeroCount: float64(h.ZeroCount) / 3,
	}
	for _, c := range pos {
		fh.PositiveBuckets = append(fh.PositiveBuckets, float64(c)/7)
	}
	for _, c := range neg {
		fh.NegativeBuckets = append(fh.NegativeBuckets, float64(c)/7)
	}
	if r.Intn(15) == 0 {
		fh.Count = -fh.Count
	}
	if r.Intn(15) == 0 {
		fh.ZeroCount = -fh.ZeroCount
	}
	return nil, fh
}

func side(r *rand.Rand, schema int32) (spans []histogram.Span, counts []int64) {
	for n := r.Intn(4); n > 0; n-- {
		s := histogram.Span{Offset: int32(r.Intn(6)), Length: uint32(r.Intn(7))}
		if len(spans) == 0 && schema != -53 {
			s.Offset -= 40
			s.Offset += int32(r.Intn(80))
		}
		spans = append(spans, s)
		for i := 0; i < int(s.Length); i++ {
			counts = append(counts, int64(r.Intn(1000)))
		}
	}
	return spans, counts
}

func end(spans []histogram.Span) (n int) {
	for _, s := range spans {
		n += int(s.Offset) + int(s.Length)
	}
	return n
}

func spoil(r *rand.Rand, h *histogram.Histogram, pos, neg *[]int64) {
	switch r.Intn(12) {
	case 0:
		h.Count++
	case 1:
		h.Count = 0
	case 2:
		if len(*pos) > 0 {
			(*pos)[r.Intn(len(*pos))] = -5
		}
	case 3:
		if len(*neg) > 0 {
			(*neg)[r.Intn(len(*neg))] = -1
		}
	case 4:
		*pos = append(*pos, 3)
	case 5:
		if len(h.PositiveSpans) > 1 {
			h.PositiveSpans[1].Offset = -1
		} else {
			h.PositiveSpans = append(h.PositiveSpans, histogram.Span{Offset: math.MaxInt32, Length: 4})
		}
	case 6:
		h.NegativeSpans = append(h.NegativeSpans, histogram.Span{Offset: 3, Length: math.MaxUint32})
	case 7:
		h.CustomValues = append(h.CustomValues, []float64{math.NaN(), math.Inf(1), -7.25, math.Inf(-1)}[r.Intn(4)])
	case 8:
		h.ZeroThreshold = 0.5
	case 9:
		h.ZeroCount++
		h.Count++
	case 10:
		h.NegativeSpans = append(h.NegativeSpans, histogram.Span{Offset: 1, Length: 1})
		*neg = append(*neg, 4)
		h.Count += 4
	case 11:
		if h.Schema > 8 { // the index wraps when it is reduced
			return
		}
		h.PositiveSpans = []histogram.Span{{Offset: math.MinInt32, Length: 1}}
		*pos = []int64{1}
	}
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
