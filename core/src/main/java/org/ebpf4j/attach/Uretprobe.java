package org.ebpf4j.attach;

/// The return from a function of a program file or library. The kernel changes the return address
/// on the stack for it, which programs that move their stacks, as those in Go do, do not survive.
///
/// @param binary the file: a path, the name of a library or program that is searched for, or
///   `ARCHIVE!/ENTRY` for a file that is stored in a zip archive
/// @param symbol the function, as the file's symbols name it, also with its version; empty where it
///   is the one at `offset`
/// @param offset the byte of the file that the function begins with, where it has no symbol; else 0
/// @param pid the process; 0 for all
/// @param cookie what `bpf_get_attach_cookie` gives the program (since 5.15); 0 for none
/// @param counter the byte of the file that holds the number (of two bytes) that the kernel counts
///   up in each process while the probe is there; 0 for none
public record Uretprobe(
    String binary, String symbol, long offset, int pid, long cookie, long counter)
    implements AttachPoint {
  private static final String FORM =
      "a uretprobe is FILE:SYMBOL, without an offset from it, or FILE:OFFSET, as in"
          + " libc.so.6:malloc";

  /// @throws IllegalArgumentException for an empty file, or a symbol with an offset: only entries
  ///   have those
  public Uretprobe {
    if (binary.isEmpty()
        || symbol.contains("+")
        || offset < 0
        || counter < 0
        || symbol.isEmpty() == (offset == 0)) {
      throw new IllegalArgumentException(FORM + "; not '" + binary + ":" + symbol + "'");
    }
    BinaryPlace.checkPid(pid);
  }

  /// A function; in all processes.
  public Uretprobe(String binary, String symbol) {
    this(binary, symbol, 0, 0, 0, 0);
  }

  /// The function that begins at a byte of the file; in all processes.
  public static Uretprobe at(String binary, long offset) {
    return new Uretprobe(binary, "", offset, 0, 0, 0);
  }

  /// The same in one process.
  public Uretprobe withPid(long process) {
    return new Uretprobe(binary, symbol, offset, Math.toIntExact(process), cookie, counter);
  }

  /// The same with a cookie.
  public Uretprobe withCookie(long number) {
    return new Uretprobe(binary, symbol, offset, pid, number, counter);
  }

  /// The same with a counter.
  public Uretprobe withCounter(long place) {
    return new Uretprobe(binary, symbol, offset, pid, cookie, place);
  }

  /// Reads `FILE:SYMBOL` or `FILE:OFFSET`.
  ///
  /// @param options any of `pid`, `cookie`, `counter`
  /// @throws IllegalArgumentException for another form
  public static Uretprobe parse(String text, PlaceOptions options) {
    var colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(FORM + "; not '" + text + "'");
    }
    var symbol = text.substring(colon + 1);
    var number = BinaryPlace.number(symbol);
    return new Uretprobe(
        text.substring(0, colon),
        number == null ? symbol : "",
        number == null ? 0 : number,
        BinaryPlace.pid(options),
        options.number("cookie", 0),
        options.number("counter", 0));
  }

  @Override
  public String kind() {
    return "uretprobe";
  }

  @Override
  public String place() {
    return binary
        + ":"
        + (symbol.isEmpty() ? BinaryPlace.hex(offset) : symbol)
        + PlaceText.value("pid", pid)
        + PlaceText.value("cookie", cookie)
        + PlaceText.value("counter", counter);
  }
}
