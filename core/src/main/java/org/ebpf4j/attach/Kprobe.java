package org.ebpf4j.attach;

/// An instruction of the kernel: a function and how many bytes into it, or an address.
///
/// The kernel does not hold the offset to the size of the function: what is behind its end is
/// another function.
///
/// @param module the module that the function is in; empty for the kernel, or any module where only
///   one has such a function
/// @param symbol the function, as `/proc/kallsyms` names it; empty for an address
/// @param offset bytes from the start of the function, which must be the start of an instruction;
///   without a function the address of the instruction
/// @param cookie what `bpf_get_attach_cookie` gives the program (since 5.15); 0 for none
public record Kprobe(String module, String symbol, long offset, long cookie)
    implements AttachPoint {
  private static final String FORM =
      "a kprobe is [MODULE:]SYMBOL, SYMBOL+OFFSET or an address 0x…, as in do_unlinkat";

  /// @throws IllegalArgumentException for a negative offset, a module without a symbol, or neither
  ///   a symbol nor an address
  public Kprobe {
    if ((symbol.isEmpty() ? offset == 0 || !module.isEmpty() : offset < 0)
        || !PlaceText.isName(symbol)
        || !PlaceText.isName(module)) {
      throw new IllegalArgumentException(FORM);
    }
  }

  /// An instruction of a function.
  public Kprobe(String symbol, long offset) {
    this("", symbol, offset, 0);
  }

  /// The first instruction of a function.
  public Kprobe(String symbol) {
    this(symbol, 0);
  }

  /// The instruction at an address, as `/proc/kallsyms` has them for the root user.
  public static Kprobe at(long address) {
    return new Kprobe("", "", address, 0);
  }

  /// The same instruction; the function is that of a module.
  public Kprobe ofModule(String name) {
    return new Kprobe(name, symbol, offset, cookie);
  }

  /// The same instruction, with a cookie.
  public Kprobe withCookie(long number) {
    return new Kprobe(module, symbol, offset, number);
  }

  /// Reads `symbol`, `symbol+offset` (decimal, or hexadecimal with `0x`), either behind `module:`,
  /// or an address.
  ///
  /// @throws IllegalArgumentException for another form
  public static Kprobe parse(String text) {
    return parse(text, PlaceOptions.NONE);
  }

  /// The same, with the option `cookie`.
  ///
  /// @throws IllegalArgumentException for another form
  public static Kprobe parse(String text, PlaceOptions options) {
    var cookie = options.number("cookie", 0);
    var code = PlaceText.code(text);
    if (code != 0) {
      return at(code).withCookie(cookie);
    }
    var address = PlaceText.address(PlaceText.afterModule(text));
    if (address == null) {
      throw new IllegalArgumentException(FORM + "; not '" + text + "'");
    }
    return new Kprobe(PlaceText.module(text), address.symbol(), address.offset(), cookie);
  }

  @Override
  public String kind() {
    return "kprobe";
  }

  @Override
  public String place() {
    return PlaceText.inModule(module)
        + (symbol.isEmpty() ? PlaceText.code(offset) : symbol + PlaceText.plus(offset))
        + PlaceText.value("cookie", cookie);
  }
}
