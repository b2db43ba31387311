package org.ebpf4j.linux.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ebpf4j.linux.metrics.Histogram.Bucket;
import org.junit.jupiter.api.Test;

class HistogramTest {
  private static Sample sample(String device, String bucket, double value) {
    return new Sample("size", Map.of("device", device, "bucket", bucket), value);
  }

  @Test
  void countsAddUpFromBucketToBucketAndTheOneAfterTheLastIsTheSum() {
    var samples =
        List.of(
            sample("sda", "2", 5),
            sample("sda", "0", 1),
            sample("sdb", "1", 3),
            sample("sda", "4", 2.5),
            sample("sda", "7", 10));

    assertThat(Histogram.ofKeys(samples, "bucket", Scale.exponential(0, 3, 2)))
        .containsExactly(
            new Histogram(
                "size",
                Map.of("device", "sda"),
                List.of(new Bucket(2, 1), new Bucket(4, 1), new Bucket(8, 6), new Bucket(16, 6)),
                16,
                5),
            new Histogram(
                "size",
                Map.of("device", "sdb"),
                List.of(new Bucket(2, 0), new Bucket(4, 3), new Bucket(8, 3), new Bucket(16, 3)),
                3,
                Double.NaN));
  }

  @Test
  void slotsBeyondTheScaleCountInAllOnly() {
    var samples = new ArrayList<Sample>();
    for (int i = 0; i < 4; i++) {
      samples.add(sample("sda", Integer.toString(i), i + 1));
    }

    var histograms = Histogram.ofSlots(samples, "bucket", Scale.exponential(1, 3, 1));

    assertThat(histograms)
        .containsExactly(
            new Histogram(
                "size",
                Map.of("device", "sda"),
                List.of(new Bucket(2, 1), new Bucket(4, 3), new Bucket(8, 6)),
                10,
                Double.NaN));
    assertThat(histograms.getFirst().withSum(4).sum()).isEqualTo(4);
  }

  @Test
  void scalesHaveTheBoundsOfTheirBuckets() {
    assertThat(Scale.exponential(0, 3, 0.5).bounds()).containsExactly(0.5, 1.0, 2.0, 4.0);
    assertThat(Scale.exponentialWithZero(0, 3, 1).bounds()).containsExactly(0.0, 1.0, 2.0, 4.0);
    assertThat(Scale.linear(1, 3, 10).bounds()).containsExactly(10.0, 20.0, 30.0);
    assertThat(Scale.fixed(List.of(5.0, 7.0), 2).bounds()).containsExactly(10.0, 14.0);
    assertThat(Scale.fixed(List.of(5.0, 7.0), 2).numbers()).containsExactly(5.0, 7.0);
  }

  @Test
  void whatIsNoScaleIsRefused() {
    assertThatThrownBy(() -> Scale.linear(2, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("buckets from 2 to 1; there are to be from 1 to 4096");
    assertThatThrownBy(() -> Scale.linear(0, Integer.MAX_VALUE, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Scale.fixed(List.of(2.0, 2.0), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ascend");
    assertThatThrownBy(() -> Scale.exponential(0, 2000, 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Scale.linear(0, 3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a unit of 0.0");
  }

  @Test
  void aLabelThatIsNoNumberIsNoBucket() {
    var samples = List.of(sample("sda", "first", 1));

    assertThatThrownBy(() -> Histogram.ofKeys(samples, "bucket", Scale.linear(0, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("size: label 'bucket' is no number of a bucket: 'first'");
  }
}
