package org.ebpf4j.linux.metrics;

import java.util.List;
import java.util.stream.IntStream;

/// The buckets of a histogram: the number by which a program knows each, and the greatest value
/// that it holds.
///
/// @param numbers the numbers of the buckets, ascending
/// @param bounds the greatest value of each, ascending
/// @param unit what values are multiplied by, to become those of the bounds
public record Scale(List<Double> numbers, List<Double> bounds, double unit) {
  private static final int MAX_BUCKETS = 4096;

  public Scale {
    numbers = List.copyOf(numbers);
    bounds = List.copyOf(bounds);
    if (numbers.isEmpty() || numbers.size() > MAX_BUCKETS || numbers.size() != bounds.size()) {
      throw new IllegalArgumentException(
          numbers.size() + " buckets; there are to be from 1 to " + MAX_BUCKETS);
    }
    checkAscending(numbers);
    checkAscending(bounds);
  }

  private static void checkAscending(List<Double> values) {
    for (int i = 0; i < values.size(); i++) {
      if (!Double.isFinite(values.get(i)) || (i > 0 && values.get(i) <= values.get(i - 1))) {
        throw new IllegalArgumentException(
            "buckets are to ascend: "
                + values.get(i)
                + " after "
                + (i == 0 ? "nothing" : values.get(i - 1)));
      }
    }
  }

  /// Bucket `i` holds values up to 2^i.
  ///
  /// @throws IllegalArgumentException where `min` is above `max`, or there are more than 4096
  public static Scale exponential(int min, int max, double unit) {
    return of(range(min, max), unit, i -> Math.pow(2, i));
  }

  /// Bucket 0 holds zero; bucket `i` holds values up to 2^(i-1).
  ///
  /// @throws IllegalArgumentException where `min` is above `max`, or there are more than 4096
  public static Scale exponentialWithZero(int min, int max, double unit) {
    return of(range(min, max), unit, i -> i == 0 ? 0 : Math.pow(2, i - 1));
  }

  /// Bucket `i` holds values up to `i`.
  ///
  /// @throws IllegalArgumentException where `min` is above `max`, or there are more than 4096
  public static Scale linear(int min, int max, double unit) {
    return of(range(min, max), unit, i -> i);
  }

  /// A bucket for each of the numbers, which holds values up to it.
  ///
  /// @throws IllegalArgumentException where they do not ascend, or there are more than 4096
  public static Scale fixed(List<Double> numbers, double unit) {
    return of(numbers, unit, i -> i);
  }

  private static Scale of(
      List<Double> numbers, double unit, java.util.function.DoubleUnaryOperator bound) {
    if (!(unit > 0) || !Double.isFinite(unit)) {
      throw new IllegalArgumentException("a unit of " + unit);
    }
    return new Scale(
        numbers, numbers.stream().map(n -> bound.applyAsDouble(n) * unit).toList(), unit);
  }

  private static List<Double> range(int min, int max) {
    if (min > max || (long) max - min >= MAX_BUCKETS) {
      throw new IllegalArgumentException(
          "buckets from " + min + " to " + max + "; there are to be from 1 to " + MAX_BUCKETS);
    }
    return IntStream.rangeClosed(min, max).mapToObj(i -> (double) i).toList();
  }

  /// The number after the last: where programs keep the sum of all values, if they do.
  double sumNumber() {
    return numbers.getLast() + 1;
  }

  /// The number of a bucket by its index; one above all for those beyond the last.
  double number(int index) {
    return index < numbers.size() ? numbers.get(index) : Double.POSITIVE_INFINITY;
  }
}
