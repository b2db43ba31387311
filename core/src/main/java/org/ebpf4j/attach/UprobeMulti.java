package org.ebpf4j.attach;

import java.util.List;
import java.util.stream.LongStream;

/// Many functions of a program file or library at once.
///
/// @param mode when the program runs
/// @param binary the file: a path, the name of a library or program that is searched for, or
///   `ARCHIVE!/ENTRY` for a file that is stored in a zip archive
/// @param functions the functions, as the file's symbols name them; patterns of them, where `*` is
///   any text and `?` one character; or bytes of the file (`0x1234`)
/// @param pid the process; 0 for all
/// @param cookies what `bpf_get_attach_cookie` gives the program: one for each of `functions` (what
///   matches a pattern has the same); empty for none
/// @param counters for each of `functions` the byte of the file that holds the number that the
///   kernel counts up in each process while the probe is there; empty for none
public record UprobeMulti(
    ProbeMode mode,
    String binary,
    List<String> functions,
    int pid,
    List<Long> cookies,
    List<Long> counters)
    implements AttachPoint {
  static final List<HookOption> OPTIONS =
      List.of(BinaryPlace.PID, BinaryPlace.COOKIES, BinaryPlace.COUNTER);

  /// @throws IllegalArgumentException for an empty file, no function or an empty one, or where
  ///   there are neither one cookie or counter for all nor one for each
  public UprobeMulti {
    PlaceText.check("a program file", binary);
    if (functions.isEmpty()) {
      throw new IllegalArgumentException("a probe of many functions wants at least one");
    }
    functions = List.copyOf(functions);
    functions.forEach(f -> PlaceText.check("a function, or a pattern of functions,", f));
    cookies = BinaryPlace.forEach("cookies", cookies, functions.size());
    counters = BinaryPlace.forEach("counters", counters, functions.size());
    BinaryPlace.checkPid(pid);
  }

  /// The entries of functions; in all processes.
  ///
  /// @param functions names, patterns or offsets
  public static UprobeMulti entries(String binary, String... functions) {
    return of(ProbeMode.ENTRY, binary, functions);
  }

  /// The returns from functions; in all processes.
  ///
  /// @param functions names, patterns or offsets
  public static UprobeMulti returns(String binary, String... functions) {
    return of(ProbeMode.RETURN, binary, functions);
  }

  /// The entries of and returns from functions; in all processes.
  ///
  /// @param functions names, patterns or offsets
  public static UprobeMulti sessions(String binary, String... functions) {
    return of(ProbeMode.SESSION, binary, functions);
  }

  private static UprobeMulti of(ProbeMode mode, String binary, String... functions) {
    return new UprobeMulti(mode, binary, List.of(functions), 0, List.of(), List.of());
  }

  /// The same in one process.
  public UprobeMulti withPid(long process) {
    return new UprobeMulti(mode, binary, functions, Math.toIntExact(process), cookies, counters);
  }

  /// The same with a cookie for all, or one for each function or pattern.
  public UprobeMulti withCookies(long... numbers) {
    return new UprobeMulti(
        mode, binary, functions, pid, LongStream.of(numbers).boxed().toList(), counters);
  }

  /// The same with a counter for all, or one for each function or pattern.
  public UprobeMulti withCounters(long... places) {
    return new UprobeMulti(
        mode, binary, functions, pid, cookies, LongStream.of(places).boxed().toList());
  }

  /// Reads `FILE:PATTERN[,PATTERN…]`.
  ///
  /// @param options any of `pid`, `cookie`, `counter`
  /// @throws IllegalArgumentException for another form
  public static UprobeMulti parse(ProbeMode mode, String text, PlaceOptions options) {
    var colon = text.lastIndexOf(':');
    if (colon <= 0 || colon == text.length() - 1) {
      throw new IllegalArgumentException(
          "a probe of many functions of a program is FILE:PATTERN or a list of them, as in"
              + " libc.so.6:mem*,malloc; not '"
              + text
              + "'");
    }
    return new UprobeMulti(
        mode,
        text.substring(0, colon),
        List.of(text.substring(colon + 1).split(",", -1)),
        BinaryPlace.pid(options),
        options.numbers("cookie"),
        options.numbers("counter"));
  }

  @Override
  public String kind() {
    return switch (mode) {
      case ENTRY -> "uprobe.multi";
      case RETURN -> "uretprobe.multi";
      case SESSION -> "uprobe.session";
    };
  }

  @Override
  public String place() {
    return binary
        + ":"
        + String.join(",", functions)
        + PlaceText.value("pid", pid)
        + BinaryPlace.numbers("cookie", cookies)
        + BinaryPlace.numbers("counter", counters);
  }
}
