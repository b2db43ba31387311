package org.ebpf4j.attach;

import java.util.List;

/// A static probe in a program file or library (USDT), as `readelf -n` lists them. A probe may be
/// in several places of the code; the program runs at each. Where it takes its arguments with
/// libbpf's `usdt.bpf.h`, its object's maps are told where they are.
///
/// @param binary the file: a path, the name of a library or program that is searched for, or
///   `ARCHIVE!/ENTRY` for a file that is stored in a zip archive
/// @param provider who the probe belongs to
/// @param name the probe
/// @param pid the process; 0 for all. Kernels before 5.15 want one for libraries, and for programs
///   that are mapped anywhere, where the program takes arguments
/// @param cookie what `bpf_usdt_cookie` gives the program; 0 for none
public record Usdt(String binary, String provider, String name, int pid, long cookie)
    implements AttachPoint {
  static final List<HookOption> OPTIONS =
      List.of(
          BinaryPlace.PID,
          HookOption.value("cookie", "N", "the number that bpf_usdt_cookie gives the program"));

  private static final String FORM =
      "a USDT probe is FILE:PROVIDER:NAME, as in libc.so.6:libc:setjmp";

  /// @throws IllegalArgumentException for an empty part
  public Usdt {
    if (binary.isEmpty() || provider.isEmpty() || name.isEmpty()) {
      throw new IllegalArgumentException(FORM);
    }
    BinaryPlace.checkPid(pid);
  }

  /// In all processes.
  public Usdt(String binary, String provider, String name) {
    this(binary, provider, name, 0, 0);
  }

  /// The same in one process.
  public Usdt withPid(long process) {
    return new Usdt(binary, provider, name, Math.toIntExact(process), cookie);
  }

  /// The same with a cookie.
  public Usdt withCookie(long number) {
    return new Usdt(binary, provider, name, pid, number);
  }

  /// Reads `FILE:PROVIDER:NAME`.
  ///
  /// @param options any of `pid`, `cookie`
  /// @throws IllegalArgumentException for another form
  public static Usdt parse(String text, PlaceOptions options) {
    var last = text.lastIndexOf(':');
    var first = last < 0 ? -1 : text.lastIndexOf(':', last - 1);
    if (first <= 0 || first + 1 == last || last == text.length() - 1) {
      throw new IllegalArgumentException(FORM + "; not '" + text + "'");
    }
    return new Usdt(
        text.substring(0, first),
        text.substring(first + 1, last),
        text.substring(last + 1),
        BinaryPlace.pid(options),
        options.number("cookie", 0));
  }

  @Override
  public String kind() {
    return "usdt";
  }

  @Override
  public String place() {
    return binary
        + ":"
        + provider
        + ":"
        + name
        + PlaceText.value("pid", pid)
        + PlaceText.value("cookie", cookie);
  }
}
