package org.ebpf4j.cli.export;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Times as the configurations of programs in Go have them: `1h30m`, `1.5s`, or a number of
/// nanoseconds.
final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("\\G(\\d{1,18}(?:\\.\\d{1,9})?)(ns|us|µs|μs|ms|s|m|h)");

  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /// Reads one; empty for text that is none, or one of more than 292 years.
  static Optional<Duration> parse(String text) {
    try {
      if (text.matches("\\d{1,19}")) {
        return Optional.of(Duration.ofNanos(Long.parseLong(text)));
      }
      var part = PART.matcher(text);
      var sum = BigDecimal.ZERO;
      var end = 0;
      while (part.find()) {
        sum = sum.add(new BigDecimal(part.group(1)).multiply(unit(part.group(2))));
        end = part.end();
      }
      return end == 0 || end < text.length()
          ? Optional.empty()
          : Optional.of(Duration.ofNanos(sum.toBigInteger().longValueExact()));
    } catch (NumberFormatException | ArithmeticException _) {
      return Optional.empty();
    }
  }

  private static BigDecimal unit(String name) {
    return BigDecimal.valueOf(NANOS.getOrDefault(name, 1L));
  }
}
