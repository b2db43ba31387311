package org.ebpf4j.attach;

import java.util.List;

/// An instruction of a program file or library: a function, and how many bytes into it, or a byte
/// of the file.
///
/// @param binary the file: a path, the name of a library or program that is searched for, or
///   `ARCHIVE!/ENTRY` for a file that is stored in a zip archive
/// @param symbol the function, as the file's symbols name it, also with its version
///   (`memcpy@GLIBC_2.2.5`); empty where `offset` counts from the start of the file
/// @param offset bytes from the start of the function; it must be the start of an instruction
/// @param pid the process; 0 for all
/// @param cookie what `bpf_get_attach_cookie` gives the program (since 5.15); 0 for none
/// @param counter the byte of the file that holds the number (of two bytes) that the kernel counts
///   up in each process while the probe is there; 0 for none
public record Uprobe(String binary, String symbol, long offset, int pid, long cookie, long counter)
    implements AttachPoint {
  static final List<HookOption> OPTIONS =
      List.of(BinaryPlace.PID, HookOption.cookie(), BinaryPlace.COUNTER);

  private static final String FORM =
      "a uprobe is FILE:SYMBOL, FILE:SYMBOL+OFFSET or FILE:OFFSET, as in libc.so.6:malloc";

  /// @throws IllegalArgumentException for an empty file, neither symbol nor offset, or a negative
  ///   number
  public Uprobe {
    if (binary.isEmpty() || offset < 0 || counter < 0 || (symbol.isEmpty() && offset == 0)) {
      throw new IllegalArgumentException(FORM);
    }
    BinaryPlace.checkPid(pid);
  }

  /// A function, and how many bytes into it; in all processes.
  public Uprobe(String binary, String symbol, long offset) {
    this(binary, symbol, offset, 0, 0, 0);
  }

  /// The first instruction of a function; in all processes.
  public Uprobe(String binary, String symbol) {
    this(binary, symbol, 0);
  }

  /// The instruction at a byte of the file; in all processes.
  public static Uprobe at(String binary, long offset) {
    return new Uprobe(binary, "", offset);
  }

  /// The same in one process.
  public Uprobe withPid(long process) {
    return new Uprobe(binary, symbol, offset, Math.toIntExact(process), cookie, counter);
  }

  /// The same with a cookie.
  public Uprobe withCookie(long number) {
    return new Uprobe(binary, symbol, offset, pid, number, counter);
  }

  /// The same with a counter.
  public Uprobe withCounter(long place) {
    return new Uprobe(binary, symbol, offset, pid, cookie, place);
  }

  /// Reads `FILE:SYMBOL`, `FILE:SYMBOL+OFFSET` or `FILE:OFFSET` (offsets decimal, or hexadecimal
  /// with `0x`).
  ///
  /// @param options any of `pid`, `cookie`, `counter`
  /// @throws IllegalArgumentException for another form
  public static Uprobe parse(String text, PlaceOptions options) {
    var colon = text.lastIndexOf(':');
    var place = text.substring(colon + 1);
    var number = BinaryPlace.number(place);
    var address = number == null ? PlaceText.address(place) : new PlaceText.Address("", number);
    if (colon <= 0 || address == null) {
      throw new IllegalArgumentException(FORM + "; not '" + text + "'");
    }
    return new Uprobe(
        text.substring(0, colon),
        address.symbol(),
        address.offset(),
        BinaryPlace.pid(options),
        options.number("cookie", 0),
        options.number("counter", 0));
  }

  @Override
  public String kind() {
    return "uprobe";
  }

  @Override
  public String place() {
    return binary
        + ":"
        + (symbol.isEmpty() ? BinaryPlace.hex(offset) : symbol + PlaceText.plus(offset))
        + PlaceText.value("pid", pid)
        + PlaceText.value("cookie", cookie)
        + PlaceText.value("counter", counter);
  }
}
