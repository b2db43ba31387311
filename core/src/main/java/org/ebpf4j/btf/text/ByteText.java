package org.ebpf4j.btf.text;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Text in UTF-8 while it is written, for much of it: numbers go in without a string for each. Not
/// for several threads.
public final class ByteText {
  private static final int FIRST = 1 << 12;

  /// The digits of a `long` and its sign.
  private static final int MOST_DIGITS = 20;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[FIRST];
  private int length;

  /// Without any text yet.
  public ByteText() {}

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  /// Adds a character of ASCII.
  public void add(char c) {
    room(1);
    bytes[length++] = (byte) c;
  }

  /// Adds text that is UTF-8 already.
  public void add(byte[] text) {
    room(text.length);
    System.arraycopy(text, 0, bytes, length, text.length);
    length += text.length;
  }

  /// Adds a part of it.
  void add(byte[] text, int from, int count) {
    room(count);
    System.arraycopy(text, from, bytes, length, count);
    length += count;
  }

  /// Adds text.
  public void add(String text) {
    add(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Adds a signed number.
  public void add(long number) {
    if (number < 0) {
      if (number == Long.MIN_VALUE) {
        add(Long.toString(number));
        return;
      }
      add('-');
      digits(-number);
    } else {
      digits(number);
    }
  }

  /// Adds an unsigned number.
  public void addUnsigned(long number) {
    if (number < 0) {
      add(Long.toUnsignedString(number));
    } else {
      digits(number);
    }
  }

  private void digits(long number) {
    room(MOST_DIGITS);
    var count = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      count++;
    }
    var rest = number;
    for (int at = length + count - 1; at > length; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    bytes[length] = (byte) ('0' + rest);
    length += count;
  }

  /// Adds bytes as two hexadecimal digits each.
  public void addHex(byte[] data) {
    room(2 * data.length);
    for (var one : data) {
      bytes[length++] = HEX[one >> 4 & 0xf];
      bytes[length++] = HEX[one & 0xf];
    }
  }

  /// How many bytes it has.
  public int length() {
    return length;
  }

  /// Leaves the first so many bytes.
  public void cut(int count) {
    length = Math.min(length, count);
  }

  /// Writes it, and goes on empty.
  public void drainTo(OutputStream out) throws IOException {
    out.write(bytes, 0, length);
    length = 0;
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
