package org.ebpf4j.vm.internal.compiler;

import java.util.Arrays;

/// What is known of all variables at an instruction, the registers and then the slots ([Slots]),
/// and which bytes of the frame were written.
final class State {
  static final int REGISTERS = 10;
  private static final int FRAME = 512;

  private final Value[] values;

  /// A bit for each byte of the frame, from its begin.
  private final long[] written;

  private State(Value[] values, long[] written) {
    this.values = values;
    this.written = written;
  }

  /// The state in which a function begins: it is given `R1` to `R5` and `R10`, and all others are
  /// zero.
  static State entry(Slots slots) {
    var values = new Value[slots.variables()];
    Arrays.fill(values, Value.constant(0));
    Arrays.fill(values, 1, 6, Value.ANY);
    values[REGISTERS] = Value.address(Value.FRAME, 0);
    return new State(values, new long[FRAME / Long.SIZE]);
  }

  State copy() {
    return new State(values.clone(), written.clone());
  }

  Value get(int variable) {
    return values[variable];
  }

  /// Gives a variable a number that was not there before.
  ///
  /// @param id what stands for the number, if it is to be known again
  void define(int variable, Value value, int id) {
    if (value.lo() > value.hi()) {
      throw new IllegalArgumentException("r" + variable + " would be no number: " + value);
    }
    forget(id);
    values[variable] = (value.origin() == id ? value.withOrigin(0, 0) : value).withId(id);
  }

  /// Copies a variable.
  void copy(int to, int from, int id) {
    identify(from, id);
    values[to] = values[from];
  }

  /// Has a number known again, where it is not yet.
  void identify(int variable, int id) {
    if (variable != REGISTERS && values[variable].id() == 0) {
      forget(id);
      values[variable] = values[variable].withId(id);
    }
  }

  private void forget(int id) {
    for (int i = 0; i < values.length; i++) {
      if (values[i].id() == id) {
        values[i] = values[i].withId(0);
      }
      if (values[i].origin() == id) {
        values[i] = values[i].withOrigin(0, 0);
      }
    }
  }

  /// Forgets what is in variables that are not read again.
  ///
  /// @param live a bit for each that is
  void keep(long live) {
    for (int i = 0; i < values.length; i++) {
      if (i != REGISTERS && (live & 1L << i) == 0) {
        values[i] = Value.constant(0);
      }
    }
  }

  /// Says more of a variable, and so of all that have the same number.
  void narrow(int variable, long lo, long hi) {
    if (variable == REGISTERS) {
      return;
    }
    var value = values[variable].with(lo, hi);
    for (int i = 0; i < values.length; i++) {
      if (i == variable || (value.id() != 0 && values[i].id() == value.id())) {
        values[i] = value;
      } else if (value.origin() != 0 && values[i].id() == value.origin() && values[i].isScalar()) {
        long least = Math.max(values[i].lo(), value.lo() - value.more());
        long most = Math.min(values[i].hi(), value.hi() - value.more());
        values[i] = least <= most ? values[i].with(least, most) : values[i];
      }
    }
  }

  /// Takes bytes of the frame for written ones.
  ///
  /// @param offset from the end of the frame, negative
  void write(long offset, int size) {
    for (long i = offset + FRAME; i < offset + FRAME + size; i++) {
      written[(int) i >> 6] |= 1L << i;
    }
  }

  /// Whether bytes of the frame were written, whatever way was taken.
  boolean isWritten(long offset, int size) {
    for (long i = offset + FRAME; i < offset + FRAME + size; i++) {
      if ((written[(int) i >> 6] & 1L << i) == 0) {
        return false;
      }
    }
    return true;
  }

  /// Where each register is.
  byte[] forms() {
    var forms = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      forms[i] = values[i].form();
    }
    return forms;
  }

  /// What is known where one or the other is so.
  State join(State other) {
    var joined = copy();
    for (int i = 0; i < values.length; i++) {
      joined.values[i] = values[i].join(other.values[i]);
    }
    for (int i = 0; i < written.length; i++) {
      joined.written[i] &= other.written[i];
    }
    return joined;
  }

  /// The same with bounds that have moved since `before` moved on to one of a few.
  ///
  /// @param bounds numbers in ascending order
  State widen(State before, long[] bounds) {
    var wide = copy();
    for (int i = 0; i < values.length; i++) {
      var now = values[i];
      var then = before.values[i];
      if (now.base() == then.base()) {
        wide.values[i] =
            now.with(
                now.lo() < then.lo() ? below(bounds, now.lo()) : now.lo(),
                now.hi() > then.hi() ? above(bounds, now.hi()) : now.hi());
      }
    }
    return wide;
  }

  private static long below(long[] bounds, long number) {
    int at = Arrays.binarySearch(bounds, number);
    return at >= 0 ? number : at == -1 ? Long.MIN_VALUE : bounds[-at - 2];
  }

  private static long above(long[] bounds, long number) {
    int at = Arrays.binarySearch(bounds, number);
    return at >= 0 ? number : -at - 1 == bounds.length ? Long.MAX_VALUE : bounds[-at - 1];
  }

  boolean isSame(State other) {
    return Arrays.equals(values, other.values) && Arrays.equals(written, other.written);
  }
}
