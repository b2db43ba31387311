package org.ebpf4j.btf.text;

import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.MalformedObjectException;

/// A walk over types, of bounded length and depth: hostile types can be made of each other so that
/// they multiply, or go in a circle.
final class TypeWalk {
  /// Real types nest some ten deep.
  private static final int MAX_DEPTH = 256;

  private static final int CHARACTERS_PER_STEP = 16;

  private final DecodedTypes types;
  private long stepsLeft;

  TypeWalk(DecodedTypes types, long steps) {
    this.types = types;
    this.stepsLeft = steps;
  }

  int count() {
    return types.count();
  }

  boolean isKnown(int id) {
    return types.isKnown(id);
  }

  BtfType get(int id) {
    step(id);
    return types.get(id);
  }

  /// Counts a step of work that is done for a type.
  void step(int id) {
    if (--stepsLeft < 0) {
      throw malformed(id, "multiplies with the types it is made of to no end");
    }
  }

  /// Counts the writing of a name, which takes as long as it is.
  void write(int id, String name) {
    stepsLeft -= name.length() / CHARACTERS_PER_STEP;
    step(id);
  }

  /// Counts the writing of so many characters, which a later step may be refused for.
  void write(int characters) {
    stepsLeft -= characters / CHARACTERS_PER_STEP;
  }

  /// Throws where the walk is too deep to go on.
  void checkDepth(int id, int depth) {
    if (depth > MAX_DEPTH) {
      throw malformed(id, "nests more than " + MAX_DEPTH + " deep");
    }
  }

  MalformedObjectException malformed(int id, String problem) {
    return types.btf().malformed(id, "BTF type " + id + " " + problem);
  }
}
