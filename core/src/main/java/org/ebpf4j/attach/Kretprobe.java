package org.ebpf4j.attach;

/// The return from a function of the kernel.
///
/// @param module the module that the function is in; empty for the kernel, or any module where only
///   one has such a function
/// @param symbol the function, as `/proc/kallsyms` names it; empty for an address
/// @param address the address of the function; 0 where a symbol names it
/// @param cookie what `bpf_get_attach_cookie` gives the program (since 5.15); 0 for none
public record Kretprobe(String module, String symbol, long address, long cookie)
    implements AttachPoint {
  private static final String FORM =
      "a kretprobe is [MODULE:]SYMBOL without an offset, or the address 0x… of a function; not '";

  /// @throws IllegalArgumentException for a symbol with an offset (only entries have those), a
  ///   module without a symbol, or not one of a symbol and an address
  public Kretprobe {
    if (symbol.isEmpty() == (address == 0)
        || symbol.contains("+")
        || !PlaceText.isName(symbol)
        || !PlaceText.isName(module)
        || (symbol.isEmpty() && !module.isEmpty())) {
      throw new IllegalArgumentException(FORM + symbol + "'");
    }
  }

  /// The return from a function.
  public Kretprobe(String symbol) {
    this("", symbol, 0, 0);
  }

  /// The return from the function at an address, as `/proc/kallsyms` has them for the root user.
  public static Kretprobe at(long address) {
    return new Kretprobe("", "", address, 0);
  }

  /// The same function, of a module.
  public Kretprobe ofModule(String name) {
    return new Kretprobe(name, symbol, address, cookie);
  }

  /// The same function, with a cookie.
  public Kretprobe withCookie(long number) {
    return new Kretprobe(module, symbol, address, number);
  }

  /// Reads `symbol` or `module:symbol`, or an address, with the option `cookie`.
  ///
  /// @throws IllegalArgumentException for another form
  public static Kretprobe parse(String text, PlaceOptions options) {
    var cookie = options.number("cookie", 0);
    var code = PlaceText.code(text);
    return code != 0
        ? at(code).withCookie(cookie)
        : new Kretprobe(PlaceText.module(text), PlaceText.afterModule(text), 0, cookie);
  }

  @Override
  public String kind() {
    return "kretprobe";
  }

  @Override
  public String place() {
    return PlaceText.inModule(module)
        + (symbol.isEmpty() ? PlaceText.code(address) : symbol)
        + PlaceText.value("cookie", cookie);
  }
}
