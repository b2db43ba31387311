package org.ebpf4j.vm.internal.compiler;

import java.lang.classfile.CodeBuilder;
import org.ebpf4j.vm.internal.machine.Sites;

/// The local variables of a method, and where in them each register is at the moment.
///
/// A register has a variable of 64 bits and one of 32, of which one counts: see [Sites].
final class Locals {
  static final int RUN = 0;
  static final int FRAME = 1;
  private static final int FIRST_ARGUMENT = 3;
  private static final int ARGUMENTS = 5;

  final int site;
  final int used;
  final int limit;
  final int left;
  final int rounds;
  final int stack;
  final int end;
  final int temporary;
  private final int regionOfFamily;
  private final int wide;
  private final int narrow;
  private final CodeBuilder b;
  private final Regions regions;
  private byte[] forms;

  /// @param count how many variables there are
  Locals(CodeBuilder b, Regions regions, int count) {
    this.forms = new byte[count];
    this.b = b;
    this.regions = regions;
    int next = FIRST_ARGUMENT + 10;
    site = next++;
    used = next++;
    limit = next++;
    rounds = next++;
    stack = next++;
    end = next++;
    narrow = next;
    next += count;
    left = next;
    wide = next + 2;
    temporary = wide + 2 * (count - ARGUMENTS);
    // Behind those of Passing.
    regionOfFamily = temporary + 4;
  }

  int wide(int register) {
    if (register == State.REGISTERS) {
      return FRAME;
    }
    return register >= 1 && register <= ARGUMENTS
        ? FIRST_ARGUMENT + 2 * (register - 1)
        : wide + 2 * (register == 0 ? 0 : register - ARGUMENTS);
  }

  int narrow(int register) {
    return narrow + register;
  }

  /// The region that was found last for a family of pointers.
  int region(int family) {
    return regionOfFamily + family;
  }

  byte form(int register) {
    return register == State.REGISTERS ? Sites.WIDE : forms[register];
  }

  byte[] forms() {
    return forms.clone();
  }

  void setForms(byte[] now) {
    forms = now.clone();
  }

  /// Pushes a register as a number of 64 bits.
  void pushWide(int register) {
    int form = form(register);
    switch (form) {
      case Sites.WIDE -> b.lload(wide(register));
      case Sites.NARROW -> b.iload(narrow(register)).i2l().loadConstant(Value.U32).land();
      case Sites.FRAME -> b.lload(FRAME).iload(narrow(register)).i2l().ladd();
      default ->
          b.loadConstant(regions.address(form - Sites.REGION)).iload(narrow(register)).i2l().ladd();
    }
  }

  /// Pushes the lower half of a register.
  void pushHalf(int register) {
    switch (form(register)) {
      case Sites.WIDE -> b.lload(wide(register)).l2i();
      case Sites.FRAME -> b.iload(end).iload(narrow(register)).iadd();
      // The lower half of an address is the offset.
      default -> b.iload(narrow(register));
    }
  }

  /// Pushes what is in the variable of 32 bits: of an address the offset; of a number of 64 bits
  /// its lower half.
  void pushRaw(int register) {
    if (register == State.REGISTERS) {
      b.iconst_0();
    } else if (form(register) == Sites.WIDE) {
      b.lload(wide(register)).l2i();
    } else {
      b.iload(narrow(register));
    }
  }

  /// Takes a number of 64 bits into a register, in the form that its value has.
  void popWide(int register, Value value) {
    byte form = value.form();
    if (form == Sites.WIDE) {
      b.lstore(wide(register));
    } else {
      b.l2i();
      if (form == Sites.FRAME) {
        b.iload(end).isub();
      }
      b.istore(narrow(register));
    }
    forms[register] = form;
  }

  /// Takes a number of 32 bits into a register.
  void popNarrow(int register, byte form) {
    b.istore(narrow(register));
    forms[register] = form;
  }

  /// Takes a number of 32 bits into a register, in the form that its value has.
  void popHalf(int register, Value value) {
    if (value.form() == Sites.WIDE) {
      throw new IllegalStateException("a number of 64 bits");
    }
    popNarrow(register, value.form());
  }

  /// Copies a register as it is.
  void copy(int to, int from) {
    byte form = form(from);
    if (from == State.REGISTERS) {
      b.iconst_0().istore(narrow(to));
      form = Sites.FRAME;
    } else if (form == Sites.WIDE) {
      b.lload(wide(from)).lstore(wide(to));
    } else {
      b.iload(narrow(from)).istore(narrow(to));
    }
    forms[to] = form;
  }

  /// Brings the variables that are read again into other forms.
  ///
  /// @param live a bit for each that is
  void convert(byte[] wanted, long live) {
    for (int i = 0; i < forms.length; i++) {
      if (forms[i] != wanted[i] && i != State.REGISTERS && (live & 1L << i) != 0) {
        if (wanted[i] == Sites.WIDE) {
          pushWide(i);
          b.lstore(wide(i));
        } else {
          pushHalf(i);
          if (wanted[i] == Sites.FRAME) {
            b.iload(end).isub();
          }
          b.istore(narrow(i));
        }
      }
    }
  }

  /// Forgets what is in variables but for those that count, so that the JVM need not keep it.
  void forget(long live) {
    for (int i = 0; i < forms.length; i++) {
      if (i != State.REGISTERS) {
        boolean counts = (live & 1L << i) != 0;
        if (!counts || forms[i] == Sites.WIDE) {
          b.iconst_0().istore(narrow(i));
        }
        if (!counts || forms[i] != Sites.WIDE) {
          b.lconst_0().lstore(wide(i));
        }
      }
    }
  }
}
