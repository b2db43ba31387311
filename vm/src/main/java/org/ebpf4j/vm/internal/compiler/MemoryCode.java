package org.ebpf4j.vm.internal.compiler;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static org.ebpf4j.insn.Opcode.*;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.vm.internal.machine.Sites;

/// Loads and stores in the code of the JVM: from an array where it is known which, else from
/// whatever region an address is in.
final class MemoryCode {
  private static final MethodTypeDesc LOAD = MethodTypeDesc.of(CD_long, Names.RUN, CD_long);
  private static final MethodTypeDesc STORE =
      MethodTypeDesc.of(CD_void, Names.RUN, CD_long, CD_long);
  private static final MethodTypeDesc LOAD_OF = MethodTypeDesc.of(CD_long, Names.REGION, CD_long);
  private static final MethodTypeDesc STORE_OF =
      MethodTypeDesc.of(CD_void, Names.REGION, CD_long, CD_long);
  private static final MethodTypeDesc GET_INT = MethodTypeDesc.of(CD_int, Names.BYTES, CD_int);
  private static final MethodTypeDesc GET_LONG = MethodTypeDesc.of(CD_long, Names.BYTES, CD_int);
  private static final MethodTypeDesc PUT_INT =
      MethodTypeDesc.of(CD_void, Names.BYTES, CD_int, CD_int);
  private static final MethodTypeDesc PUT_LONG =
      MethodTypeDesc.of(CD_void, Names.BYTES, CD_int, CD_long);

  private static final MethodTypeDesc FRAMES = MethodTypeDesc.of(Names.REGION, Names.RUN);

  private final MethodCode method;
  private final CodeBuilder b;
  private final Locals locals;

  MemoryCode(MethodCode method) {
    this.method = method;
    this.b = method.builder();
    this.locals = method.locals();
  }

  /// Writes a load, a store or an atomic operation.
  void write(State state, int slot, long s) {
    int opcode = Slot.opcode(s);
    if (method.transfer().slots().isOne(s)) {
      slot(state, s);
    } else if ((opcode & CLASS_MASK) == LDX) {
      load(state, slot, s);
    } else if ((opcode & CLASS_MASK) == STX && (opcode & MODE_MASK) == ATOMIC) {
      atomic(slot, s);
    } else {
      store(state, slot, s);
    }
  }

  private void load(State state, int slot, long s) {
    int size = Arithmetic.bytes(s);
    boolean signed = (Slot.opcode(s) & MODE_MASK) == MEMSX;
    int dst = Slot.dst(s);
    boolean isInt = false;
    var place = pushPlace(state, slot, s, Slot.src(s), size);
    if (place == Place.ARRAY) {
      isInt = size < Long.BYTES;
      b.invokestatic(Names.COMPILED, "get" + size * Byte.SIZE, isInt ? GET_INT : GET_LONG);
    } else {
      b.invokestatic(
          Names.COMPILED, "load" + size * Byte.SIZE, place == Place.REGION ? LOAD_OF : LOAD);
    }
    if (!signed && !isInt) {
      locals.popWide(dst, Transfer.loaded(state, s));
      return;
    }
    if (!isInt) {
      b.l2i();
    }
    if (!signed) {
      locals.popNarrow(dst, Sites.NARROW);
      return;
    }
    extend(size);
    b.i2l();
    locals.popWide(dst, Value.ANY);
  }

  /// Loads or stores a number that is in a variable.
  private void slot(State state, long s) {
    int variable = method.transfer().slots().variable(s);
    int size = Arithmetic.bytes(s);
    boolean register = (Slot.opcode(s) & CLASS_MASK) == STX;
    if ((Slot.opcode(s) & CLASS_MASK) == LDX) {
      if ((Slot.opcode(s) & MODE_MASK) != MEMSX) {
        locals.copy(Slot.dst(s), variable);
        return;
      }
      var loaded = Arithmetic.signed(state.get(variable), size * Byte.SIZE);
      locals.pushHalf(variable);
      extend(size);
      b.i2l();
      locals.popWide(Slot.dst(s), loaded);
    } else if (register && size == Long.BYTES) {
      locals.copy(variable, Slot.src(s));
    } else if (register) {
      locals.pushHalf(Slot.src(s));
      if (size < Integer.BYTES) {
        b.loadConstant((1 << (size * Byte.SIZE)) - 1).iand();
      }
      locals.popHalf(variable, Transfer.stored(state, s));
    } else {
      var value = Transfer.stored(state, s);
      new AluCode(method).constant(variable, value, value.lo());
    }
  }

  private void extend(int size) {
    if (size == 1) {
      b.i2b();
    } else if (size == 2) {
      b.i2s();
    }
  }

  private void store(State state, int slot, long s) {
    int size = Arithmetic.bytes(s);
    boolean register = (Slot.opcode(s) & CLASS_MASK) == STX;
    var place = pushPlace(state, slot, s, Slot.dst(s), size);
    if (place != Place.ARRAY) {
      if (register) {
        locals.pushWide(Slot.src(s));
      } else {
        b.loadConstant((long) Slot.imm(s));
      }
      b.invokestatic(
          Names.COMPILED, "store" + size * Byte.SIZE, place == Place.REGION ? STORE_OF : STORE);
    } else if (size == Long.BYTES) {
      if (register) {
        locals.pushWide(Slot.src(s));
      } else {
        b.loadConstant((long) Slot.imm(s));
      }
      b.invokestatic(Names.COMPILED, "put64", PUT_LONG);
    } else {
      if (register) {
        locals.pushHalf(Slot.src(s));
      } else {
        b.loadConstant(Slot.imm(s));
      }
      b.invokestatic(Names.COMPILED, "put" + size * Byte.SIZE, PUT_INT);
    }
  }

  /// What is known of the memory of an access, and so what is pushed for it.
  private enum Place {
    /// The array, and where in it: an index.
    ARRAY,

    /// The region, and an address whose lower half is the offset.
    REGION,

    /// Nothing: the run, and an address.
    ANYWHERE
  }

  /// Pushes what is known of where an access is.
  private Place pushPlace(State state, int slot, long s, int register, int size) {
    var address = state.get(register);
    int offset = Slot.offset(s);
    if (address.base() >= 0) {
      method.setSite(slot);
      method.pushBytes(address.base());
      locals.pushRaw(register);
      add(offset);
      return Place.ARRAY;
    }
    if (Transfer.isInFrame(address, offset, size)
        && address.lo() == address.hi()
        && state.isWritten(address.lo() + offset, size)) {
      b.aload(locals.stack).iload(locals.end);
      add((int) address.lo() + offset);
      return Place.ARRAY;
    }
    method.setSite(slot);
    if (Transfer.isInFrame(address, offset, size)) {
      b.aload(Locals.RUN).invokestatic(Names.COMPILED, "frames", FRAMES);
      pushAddress(register, offset);
      return Place.REGION;
    }
    int family = method.family(slot);
    if (family == Families.NONE) {
      b.aload(Locals.RUN);
      pushAddress(register, offset);
      return Place.ANYWHERE;
    }
    pushAddress(register, offset);
    b.lstore(locals.temporary);
    b.aload(Locals.RUN).aload(locals.region(family)).lload(locals.temporary);
    b.invokestatic(Names.COMPILED, "region", Names.FIND).astore(locals.region(family));
    b.aload(locals.region(family)).lload(locals.temporary);
    return Place.REGION;
  }

  private void add(int offset) {
    if (offset != 0) {
      b.loadConstant(offset).iadd();
    }
  }

  private void pushAddress(int register, int offset) {
    locals.pushWide(register);
    if (offset != 0) {
      b.loadConstant((long) offset).ladd();
    }
  }

  private void atomic(int slot, long s) {
    int operation = Slot.imm(s);
    int dst = Slot.dst(s);
    int src = Slot.src(s);
    int size = Arithmetic.bytes(s);
    method.setSite(slot);
    b.aload(Locals.RUN);
    pushAddress(operation == LOAD_ACQ ? src : dst, Slot.offset(s));
    b.loadConstant(size).loadConstant(operation);
    locals.pushWide(src);
    locals.pushWide(0);
    b.invokestatic(Names.COMPILED, "atomic", Names.ATOMIC);
    var old = Arithmetic.unsigned(size * Byte.SIZE);
    if (operation == LOAD_ACQ) {
      locals.popWide(dst, old);
    } else if (operation == CMPXCHG) {
      locals.popWide(0, old);
    } else if (operation != STORE_REL && (operation & FETCH) != 0) {
      locals.popWide(src, old);
    } else {
      b.pop2();
    }
  }
}
