package org.ebpf4j.attach;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// Many functions of the kernel at once.
///
/// Where several functions have a name, all of them are meant; but with a cookie, and before 6.5,
/// only the first.
///
/// @param mode when the program runs
/// @param functions the functions: either names, as `/proc/kallsyms` has them, in which `*` is any
///   text and `?` one character, and before which `module:` may be; or addresses, such as
///   `0xffffffff812a3c10`
/// @param cookies what `bpf_get_attach_cookie` gives the program: one number for each element of
///   `functions`, one for all, or none. Of a function that several elements mean, the first counts
public record KprobeMulti(ProbeMode mode, List<String> functions, List<Long> cookies)
    implements AttachPoint {
  /// How many functions a message names.
  private static final int SHOWN = 3;

  /// @throws IllegalArgumentException without functions, for an empty name, for names beside
  ///   addresses, and for another number of cookies
  public KprobeMulti {
    functions = List.copyOf(functions);
    cookies = List.copyOf(cookies);
    if (functions.isEmpty()) {
      throw new IllegalArgumentException("functions are named here, and none is");
    }
    for (var function : functions) {
      PlaceText.check("a pattern of functions", PlaceText.afterModule(function));
      if (PlaceText.code(function) != 0 != (PlaceText.code(functions.getFirst()) != 0)) {
        throw new IllegalArgumentException(
            "functions are given by names or by addresses, not by both: "
                + functions.getFirst()
                + " and "
                + function);
      }
    }
    if (cookies.size() > 1 && cookies.size() != functions.size()) {
      throw new IllegalArgumentException(
          cookies.size()
              + " cookies for "
              + functions.size()
              + " functions: there is one for each, or one for all");
    }
  }

  /// The functions that a pattern fits.
  public KprobeMulti(ProbeMode mode, String pattern) {
    this(mode, List.of(pattern), List.of());
  }

  /// The entries of functions.
  ///
  /// @param functions names or patterns
  public static KprobeMulti entries(String... functions) {
    return new KprobeMulti(ProbeMode.ENTRY, List.of(functions), List.of());
  }

  /// The returns from functions.
  ///
  /// @param functions names or patterns
  public static KprobeMulti returns(String... functions) {
    return new KprobeMulti(ProbeMode.RETURN, List.of(functions), List.of());
  }

  /// The entries of and returns from functions.
  ///
  /// @param functions names or patterns
  public static KprobeMulti sessions(String... functions) {
    return new KprobeMulti(ProbeMode.SESSION, List.of(functions), List.of());
  }

  /// Functions by their addresses, as `/proc/kallsyms` has them for the root user.
  public static KprobeMulti at(ProbeMode mode, long... addresses) {
    return new KprobeMulti(
        mode, LongStream.of(addresses).mapToObj(PlaceText::code).toList(), List.of());
  }

  /// The same functions, with one cookie for all, or one for each element of `functions`.
  ///
  /// @throws IllegalArgumentException for another number of cookies
  public KprobeMulti withCookies(long... numbers) {
    return new KprobeMulti(mode, functions, LongStream.of(numbers).boxed().toList());
  }

  /// Reads names or addresses, parted by commas, with the option `cookie`: numbers, parted by
  /// colons.
  ///
  /// @throws IllegalArgumentException for another form
  static KprobeMulti parse(ProbeMode mode, String text, PlaceOptions options) {
    return new KprobeMulti(mode, List.of(text.split(",", -1)), options.numbers("cookie"));
  }

  /// Whether addresses stand for the functions, not names.
  public boolean isByAddress() {
    return PlaceText.code(functions.getFirst()) != 0;
  }

  @Override
  public String kind() {
    return switch (mode) {
      case ENTRY -> "kprobe.multi";
      case RETURN -> "kretprobe.multi";
      case SESSION -> "kprobe.session";
    };
  }

  @Override
  public String place() {
    return String.join(",", functions)
        + PlaceText.value(
            "cookie",
            cookies.stream().map(Long::toUnsignedString).collect(Collectors.joining(":")));
  }

  /// The place, with the first of many functions only.
  @Override
  public String describe() {
    return functions.size() <= SHOWN
        ? kind() + "/" + place()
        : kind()
            + "/"
            + String.join(",", functions.subList(0, SHOWN))
            + " and "
            + (functions.size() - SHOWN)
            + " more";
  }
}
