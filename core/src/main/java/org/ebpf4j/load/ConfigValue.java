package org.ebpf4j.load;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.object.Extern;

/// A value of the kernel's configuration as the bytes of the variable that asks for it. Its
/// functions are pure, and any thread may call them.
public final class ConfigValue {
  private static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(64);

  private ConfigValue() {}

  /// The bytes of a value as the configuration has it after the `=`: `y`, `m`, `n`, a string in
  /// quotation marks, or a number.
  ///
  /// @throws RelocationException where the variable is not of a type that can hold it
  public static byte[] ofText(Extern.Config variable, String text, ByteOrder order) {
    if (text.isEmpty()) {
      throw unfit(variable, text, "there is no value");
    }
    return switch (text.charAt(0)) {
      case 'y', 'n', 'm' -> ofChoice(variable, text, order);
      case '"' -> ofString(variable, text);
      default -> {
        if (variable.form() != Extern.Form.INT && variable.form() != Extern.Form.CHAR) {
          throw unfit(variable, text, "it is a number, which wants an integer");
        }
        yield ofNumber(variable, parse(variable, text), order);
      }
    };
  }

  /// The bytes of a number.
  ///
  /// @param value 64 bits, unsigned
  /// @throws RelocationException where the variable is not of a type that can hold it
  public static byte[] ofNumber(Extern.Config variable, long value, ByteOrder order) {
    switch (variable.form()) {
      case STRING, TRISTATE ->
          throw unfit(
              variable, Long.toUnsignedString(value), "it is a number, which wants an integer");
      case BOOL -> {
        if (value != 0 && value != 1) {
          throw unfit(variable, Long.toUnsignedString(value), "a bool is 0 or 1");
        }
      }
      case CHAR, INT -> {
        var bits = variable.size() * 8;
        var fits =
            bits >= 64
                || (variable.signed()
                    ? value >= -1L << (bits - 1) && value < 1L << (bits - 1)
                    : value >>> bits == 0);
        if (!fits) {
          throw unfit(
              variable,
              Long.toUnsignedString(value),
              "it does not fit into " + variable.size() + " bytes");
        }
      }
    }
    return bytes(variable.size(), value, order);
  }

  private static byte[] ofChoice(Extern.Config variable, String text, ByteOrder order) {
    var choice = text.charAt(0);
    return switch (variable.form()) {
      case BOOL -> {
        if (choice == 'm') {
          throw unfit(variable, text, "'m' wants enum libbpf_tristate or char");
        }
        yield bytes(variable.size(), choice == 'y' ? 1 : 0, order);
      }
      case TRISTATE -> bytes(variable.size(), choice == 'y' ? 1 : choice == 'm' ? 2 : 0, order);
      case CHAR -> new byte[] {(byte) choice};
      case INT, STRING ->
          throw unfit(variable, text, "it wants bool, enum libbpf_tristate or char");
    };
  }

  /// A string without its quotation marks, cut to what fits before a zero byte.
  private static byte[] ofString(Extern.Config variable, String text) {
    if (variable.form() != Extern.Form.STRING) {
      throw unfit(variable, text, "it is a string, which wants an array of char");
    }
    if (text.length() < 2 || !text.endsWith("\"")) {
      throw unfit(variable, text, "the string does not end");
    }
    var characters = text.substring(1, text.length() - 1).getBytes(StandardCharsets.ISO_8859_1);
    var bytes = new byte[variable.size()];
    System.arraycopy(characters, 0, bytes, 0, Math.min(characters.length, bytes.length - 1));
    return bytes;
  }

  /// A number in the notation of C: decimal, `0x` and hexadecimal, or `0` and octal.
  private static long parse(Extern.Config variable, String text) {
    var negative = text.startsWith("-");
    var digits = negative || text.startsWith("+") ? text.substring(1) : text;
    try {
      BigInteger number;
      if (digits.startsWith("0x") || digits.startsWith("0X")) {
        number = new BigInteger(digits.substring(2), 16);
      } else if (digits.length() > 1 && digits.startsWith("0")) {
        number = new BigInteger(digits, 8);
      } else {
        number = new BigInteger(digits);
      }
      if (number.signum() < 0 || number.compareTo(LIMIT) >= 0) {
        throw unfit(variable, text, "it does not fit into 64 bits");
      }
      return negative ? -number.longValue() : number.longValue();
    } catch (NumberFormatException e) {
      throw unfit(variable, text, "it is no number");
    }
  }

  private static byte[] bytes(int size, long value, ByteOrder order) {
    var whole = ByteBuffer.allocate(8).order(order).putLong(value).array();
    var bytes = new byte[size];
    var from = order == ByteOrder.LITTLE_ENDIAN ? 0 : 8 - size;
    System.arraycopy(whole, from, bytes, 0, size);
    return bytes;
  }

  private static RelocationException unfit(Extern.Config variable, String text, String why) {
    return new RelocationException(
        variable.name(),
        "variable '"
            + variable.name()
            + "' of .kconfig cannot hold the kernel's value "
            + text
            + ": "
            + why);
  }
}
