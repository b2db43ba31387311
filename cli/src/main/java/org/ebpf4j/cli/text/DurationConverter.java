package org.ebpf4j.cli.text;

import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads `10s`, `500ms`, `2m`, or a number of seconds.
public final class DurationConverter implements ITypeConverter<Duration> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ns|us|ms|s|m|h)?");

  @Override
  public Duration convert(String text) {
    try {
      return read(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /// Reads it.
  ///
  /// @throws IllegalArgumentException where it is none
  public static Duration read(String text) {
    var match = FORM.matcher(text);
    if (!match.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no time such as 10s, 500ms or 2m");
    }
    var number = Long.parseLong(match.group(1));
    var unit = match.group(2);
    // A switch with null is made when it is first run, which takes milliseconds.
    return unit == null
        ? Duration.ofSeconds(number)
        : switch (unit) {
          case "ns" -> Duration.ofNanos(number);
          case "us" -> Duration.ofNanos(1000 * number);
          case "ms" -> Duration.ofMillis(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          default -> Duration.ofSeconds(number);
        };
  }
}
