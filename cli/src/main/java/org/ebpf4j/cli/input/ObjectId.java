package org.ebpf4j.cli.input;

import java.util.OptionalInt;

/// Ids of objects of the kernel, as they are typed.
public final class ObjectId {
  private ObjectId() {}

  /// The id that a word is: digits alone, of a number of 32 bits without a sign. Empty where it is
  /// another word, such as the path of a pin.
  public static OptionalInt of(String word) {
    if (word.isEmpty() || word.length() > 10 || !word.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalInt.empty();
    }
    var number = Long.parseLong(word);
    return number > 0xffff_ffffL ? OptionalInt.empty() : OptionalInt.of((int) number);
  }
}
