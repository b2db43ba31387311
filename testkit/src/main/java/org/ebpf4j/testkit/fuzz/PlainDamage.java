package org.ebpf4j.testkit.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/// Damages bytes of any format, text above all: flips, cuts, repeats, numbers and words of YAML and
/// JSON in the wrong place.
final class PlainDamage implements Damage {
  private static final List<String> WORDS =
      List.of(
          "-1",
          "0",
          "99999999999999999999",
          "4294967296",
          "1e999",
          "null",
          "~",
          "true",
          "[]",
          "{}",
          "[[[[[[[[",
          "{a: {a: {a: ",
          "&a [*a, *a]",
          "*a",
          "!!binary ",
          "!!java.lang.String ",
          "\"",
          "'",
          "\\u0000",
          "\u001b[31m",
          ": ",
          "- ",
          "\n",
          "\n  ",
          "\t",
          "(a*)*$",
          "\uD83D\uDE00",
          "\u0000");

  private static final int MOST_GROWTH = 4096;

  private final byte[] original;

  PlainDamage(byte[] original) {
    this.original = original;
  }

  @Override
  public byte[] damaged(RandomGenerator random) {
    var bytes = original.clone();
    var times = 1 + random.nextInt(4);
    for (int i = 0; i < times && bytes.length > 0; i++) {
      var at = random.nextInt(bytes.length);
      switch (random.nextInt(8)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes = replaced(bytes, at, at, word(random));
        case 3 -> bytes = replaced(bytes, at, end(bytes, at, 12, random), word(random));
        case 4 -> bytes = replaced(bytes, at, end(bytes, at, 64, random), new byte[0]);
        case 5 -> bytes = copied(bytes, at, random);
        case 6 -> bytes = line(bytes, at, random);
        default -> {
          if (i == times - 1) {
            bytes = Arrays.copyOf(bytes, at);
          }
        }
      }
    }
    return bytes;
  }

  private static byte[] word(RandomGenerator random) {
    return WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
  }

  private static int end(byte[] bytes, int at, int most, RandomGenerator random) {
    return Math.min(bytes.length, at + 1 + random.nextInt(most));
  }

  /// Some bytes once more, or many times, somewhere else.
  private byte[] copied(byte[] bytes, int at, RandomGenerator random) {
    var part = Arrays.copyOfRange(bytes, at, end(bytes, at, 64, random));
    var times = random.nextInt(8) == 0 ? 64 : 1;
    if (bytes.length + times * part.length > original.length + MOST_GROWTH) {
      return bytes;
    }
    var many = new byte[times * part.length];
    for (int i = 0; i < times; i++) {
      System.arraycopy(part, 0, many, i * part.length, part.length);
    }
    var to = random.nextInt(bytes.length);
    return replaced(bytes, to, to, many);
  }

  /// A line moved or doubled.
  private byte[] line(byte[] bytes, int at, RandomGenerator random) {
    var from = at;
    while (from > 0 && bytes[from - 1] != '\n') {
      from--;
    }
    var to = at;
    while (to < bytes.length && bytes[to] != '\n') {
      to++;
    }
    to = Math.min(bytes.length, to + 1);
    var line = Arrays.copyOfRange(bytes, from, to);
    if (bytes.length + line.length > original.length + MOST_GROWTH) {
      return bytes;
    }
    var rest = random.nextBoolean() ? replaced(bytes, from, to, new byte[0]) : bytes;
    var place = rest.length == 0 ? 0 : random.nextInt(rest.length);
    while (place > 0 && rest[place - 1] != '\n') {
      place--;
    }
    return replaced(rest, place, place, line);
  }

  private static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
    var result = new byte[bytes.length - (to - from) + by.length];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(by, 0, result, from, by.length);
    System.arraycopy(bytes, to, result, from + by.length, bytes.length - to);
    return result;
  }
}
