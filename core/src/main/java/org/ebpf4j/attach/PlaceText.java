package org.ebpf4j.attach;

import org.jspecify.annotations.Nullable;

/// What the texts of places have in common.
final class PlaceText {
  private PlaceText() {}

  /// The module of `[MODULE:]NAME`; empty where there is none.
  static String module(String text) {
    var colon = text.indexOf(':');
    return colon < 0 ? "" : text.substring(0, colon);
  }

  /// The name of `[MODULE:]NAME`.
  static String afterModule(String text) {
    return text.substring(text.indexOf(':') + 1);
  }

  /// A module before a name; nothing where it is empty.
  static String inModule(String module) {
    return module.isEmpty() ? "" : module + ":";
  }

  /// The address in the kernel's code that a text is, `0xffffffff812a3c10`; 0 where it is none.
  static long code(String text) {
    return text.startsWith("0x") && text.matches("0x[0-9a-fA-F]{1,16}")
        ? Long.parseUnsignedLong(text.substring(2), 16)
        : 0;
  }

  /// An address in the kernel's code as text.
  static String code(long address) {
    return "0x" + Long.toHexString(address);
  }

  /// Whether it can be the name of a symbol or module: none of them has white space or a colon.
  static boolean isName(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) == ':') {
        return false;
      }
    }
    return true;
  }

  /// @throws IllegalArgumentException where `name` is empty
  static void check(String what, String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException(what + " is named here, and the name is empty");
    }
  }

  /// A symbol and how many bytes behind it.
  record Address(String symbol, long offset) {}

  /// Reads `SYMBOL` or `SYMBOL+OFFSET`, the offset decimal, or hexadecimal with `0x`.
  ///
  /// @return null for another form
  static @Nullable Address address(String text) {
    var plus = text.lastIndexOf('+');
    if (plus < 0) {
      return text.isEmpty() ? null : new Address(text, 0);
    }
    try {
      var offset = Long.decode(text.substring(plus + 1));
      return plus == 0 || offset < 0 ? null : new Address(text.substring(0, plus), offset);
    } catch (NumberFormatException _) {
      return null;
    }
  }

  static String plus(long offset) {
    return offset == 0 ? "" : "+" + offset;
  }

  /// A word behind a place, where it is said: `,generic`.
  static String word(String name, boolean said) {
    return said ? "," + name : "";
  }

  /// A number behind a place, where it is not 0: `,cookie=7`.
  static String value(String name, long value) {
    return value == 0 ? "" : "," + name + "=" + Long.toUnsignedString(value);
  }

  /// A text behind a place, where it is not empty: `,module=nf_conntrack`.
  static String value(String name, String value) {
    return value.isEmpty() ? "" : "," + name + "=" + value;
  }

  /// A name as a place has it: with `\` before its commas.
  static String name(String name) {
    return name.replace(",", "\\,");
  }

  /// The text of a place or an option without `\` before commas.
  static String plain(String text) {
    return text.replace("\\,", ",");
  }
}
