package org.ebpf4j.verifier.internal.scalar;

/// A number of which some bits are known: `value` has the known ones, `mask` the unknown bits. A
/// bit is never in both.
///
/// Each operation gives a number that stands for every result of operands that its arguments stand
/// for.
public record Tnum(long value, long mask) {
  /// No bit is known.
  public static final Tnum UNKNOWN = new Tnum(0, -1);

  private static final long LOW = 0xffff_ffffL;

  /// Exactly that number.
  public static Tnum of(long value) {
    return new Tnum(value, 0);
  }

  /// The bits that all numbers between two have in common; unsigned.
  public static Tnum range(long min, long max) {
    int unknown = Long.SIZE - Long.numberOfLeadingZeros(min ^ max);
    if (unknown == Long.SIZE) {
      return UNKNOWN;
    }
    long delta = (1L << unknown) - 1;
    return new Tnum(min & ~delta, delta);
  }

  /// Whether it is one number.
  public boolean isConstant() {
    return mask == 0;
  }

  /// Whether its low 32 bits are one number.
  public boolean isConstant32() {
    return (mask & LOW) == 0;
  }

  /// Whether it stands for no more than another does.
  public boolean isWithin(Tnum other) {
    return (mask & ~other.mask) == 0 && (value & ~other.mask) == other.value;
  }

  /// Whether a number is one that this stands for.
  public boolean contains(long number) {
    return (number & ~mask) == value;
  }

  /// Whether some number is one that both stand for.
  public boolean overlaps(Tnum other) {
    return ((value ^ other.value) & ~mask & ~other.mask) == 0;
  }

  /// Whether every number it stands for is a multiple of a power of two; anything is, of 0.
  public boolean isAligned(int size) {
    return size == 0 || ((value | mask) & (size - 1)) == 0;
  }

  /// What both know. Where they contradict each other, the result means nothing.
  public Tnum intersect(Tnum other) {
    long both = mask & other.mask;
    return new Tnum((value | other.value) & ~both, both);
  }

  /// What either of two stands for, and maybe more.
  public Tnum union(Tnum other) {
    long differing = mask | other.mask | (value ^ other.value);
    return new Tnum(value & ~differing, differing);
  }

  public Tnum add(Tnum other) {
    long values = value + other.value;
    long carries = (mask + other.mask + values) ^ values;
    return masked(values, carries | mask | other.mask);
  }

  public Tnum subtract(Tnum other) {
    long values = value - other.value;
    long borrows = (values + mask) ^ (values - other.mask);
    return masked(values, borrows | mask | other.mask);
  }

  public Tnum and(Tnum other) {
    long ones = value & other.value;
    return new Tnum(ones, (value | mask) & (other.value | other.mask) & ~ones);
  }

  public Tnum or(Tnum other) {
    long ones = value | other.value;
    return new Tnum(ones, (mask | other.mask) & ~ones);
  }

  public Tnum xor(Tnum other) {
    return masked(value ^ other.value, mask | other.mask);
  }

  /// The product: sums up what each bit of this adds, known and unknown parts apart (Vishwanathan
  /// and others, "Sound, Precise, and Fast Abstract Interpretation with Tristate Numbers").
  public Tnum multiply(Tnum other) {
    var unknown = of(0);
    var left = this;
    var right = other;
    while (left.value != 0 || left.mask != 0) {
      if ((left.value & 1) != 0) {
        unknown = unknown.add(new Tnum(0, right.mask));
      } else if ((left.mask & 1) != 0) {
        unknown = unknown.add(new Tnum(0, right.value | right.mask));
      }
      left = left.shiftRight(1);
      right = right.shiftLeft(1);
    }
    return of(value * other.value).add(unknown);
  }

  public Tnum shiftLeft(int bits) {
    return new Tnum(value << bits, mask << bits);
  }

  /// Zeroes come in from the left.
  public Tnum shiftRight(int bits) {
    return new Tnum(value >>> bits, mask >>> bits);
  }

  /// The sign comes in from the left.
  public Tnum shiftRightSigned(int bits) {
    return new Tnum(value >> bits, mask >> bits);
  }

  /// The low 32 bits, shifted as a number with a sign; the upper half is 0.
  public Tnum shiftRightSigned32(int bits) {
    return new Tnum(((int) value >> bits) & LOW, ((int) mask >> bits) & LOW);
  }

  /// The low bytes, with zeroes above.
  public Tnum cast(int bytes) {
    if (bytes >= Long.BYTES) {
      return this;
    }
    long kept = (1L << (bytes * Byte.SIZE)) - 1;
    return new Tnum(value & kept, mask & kept);
  }

  /// The low 32 bits, with zeroes above.
  public Tnum low() {
    return new Tnum(value & LOW, mask & LOW);
  }

  /// The upper 32 bits, with zeroes below.
  public Tnum withoutLow() {
    return new Tnum(value & ~LOW, mask & ~LOW);
  }

  /// The upper 32 bits of this, the lower ones of another.
  public Tnum withLow(Tnum other) {
    return withoutLow().or(other.low());
  }

  private static Tnum masked(long value, long mask) {
    return new Tnum(value & ~mask, mask);
  }
}
