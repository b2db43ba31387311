package org.ebpf4j.program.internal.emit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Size;
import org.ebpf4j.insn.Width;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// Values in registers, and places in memory: what instructions are put together of.
abstract sealed class Operands permits Selection {
  static final int FRAME_POINTER = 10;
  static final int FIRST = 11;

  private final Map<Value, Integer> registers = new HashMap<>();
  private final Map<Operation.Allocate, Integer> places = new HashMap<>();
  private int next = FIRST;
  int line;
  int stack;
  List<MachineOp> out = new ArrayList<>();

  int registerCount() {
    return next;
  }

  int fresh() {
    return next++;
  }

  MachineOp add(MachineOp.Form form, int written, int... read) {
    var op = new MachineOp(form, written, read, line);
    out.add(op);
    return op;
  }

  void move(int to, int from) {
    if (to != from) {
      add(r -> new Instruction.Move(Width.W64, r.apply(to), r.apply(from)), to, from).isMove =
          from != FRAME_POINTER;
    }
  }

  private void addTo(int register, long by) {
    if (by != 0) {
      if (by != (int) by) {
        throw new Refusal("a place " + by + " bytes away", "one that is nearer");
      }
      add(
          r ->
              new Instruction.Alu(
                  AluOperation.ADD, Width.W64, r.apply(register), new Immediate((int) by)),
          register,
          register);
    }
  }

  int own(Value value) {
    return registers.computeIfAbsent(value, _ -> fresh());
  }

  /// The value in a register: its own, or a new one where it is made anew.
  int register(Value value) {
    if (!value.operation.isRemade()) {
      refuseKnown(value);
      return own(value);
    }
    var register = fresh();
    into(register, value);
    return register;
  }

  private static void refuseKnown(Value value) {
    if (value.operation instanceof Operation.Known) {
      throw new Refusal(
          "a map, a packet, a text or a function where a number or an object is wanted",
          "what is known when the program is compiled stays in variables that are set once");
    }
  }

  /// Puts a value into a register.
  void into(int to, Value value) {
    switch (value.operation) {
      case Operation.Constant(var number) -> constant(to, number, value.kind);
      case Operation.Allocate room -> {
        move(to, FRAME_POINTER);
        addTo(to, place(room));
      }
      case Operation.Offset _ -> {
        var at = value;
        long by = 0;
        while (at.operation instanceof Operation.Offset(var more)) {
          by += more;
          at = at.input(0);
        }
        if (at.operation instanceof Operation.Allocate room) {
          move(to, FRAME_POINTER);
          addTo(to, by + place(room));
        } else if (at.operation instanceof Operation.DataAddress(var map, var offset)) {
          data(to, map, offset + (int) by);
        } else {
          into(to, at);
          addTo(to, by);
        }
      }
      case Operation.MapAddress(var map) ->
          add(r -> new Instruction.LoadImmediate64(r.apply(to), Opcode.PSEUDO_MAP_FD, 0), to)
                  .reference =
              new Reference.ToMap(map, false, 0);
      case Operation.DataAddress(var map, var offset) -> data(to, map, offset);
      case Operation.FunctionAddress(var function) ->
          add(r -> new Instruction.LoadImmediate64(r.apply(to), Opcode.PSEUDO_FUNC, 0), to)
                  .reference =
              new Reference.ToFunction(function);
      default -> {
        refuseKnown(value);
        move(to, own(value));
      }
    }
  }

  private void constant(int to, long number, ValueKind kind) {
    if (kind == ValueKind.INT) {
      add(r -> new Instruction.Move(Width.W32, r.apply(to), new Immediate((int) number)), to);
    } else if (number == (int) number) {
      add(r -> new Instruction.Move(Width.W64, r.apply(to), new Immediate((int) number)), to);
    } else if (number == (number & 0xffff_ffffL)) {
      add(r -> new Instruction.Move(Width.W32, r.apply(to), new Immediate((int) number)), to);
    } else {
      add(r -> new Instruction.LoadImmediate64(r.apply(to), number), to);
    }
  }

  private void data(int to, String map, int offset) {
    add(
                r ->
                    new Instruction.LoadImmediate64(
                        r.apply(to), Opcode.PSEUDO_MAP_VALUE, (long) offset << 32),
                to)
            .reference =
        new Reference.ToMap(map, true, offset);
  }

  private int place(Operation.Allocate room) {
    return places.computeIfAbsent(
        room,
        a -> {
          stack += (a.bytes() + 7) / 8 * 8;
          return -stack;
        });
  }

  /// A register and what is added to it.
  record Address(int base, int offset) {}

  Address address(Value pointer, long offset) {
    var at = pointer;
    long by = offset;
    while (at.operation instanceof Operation.Offset(var more)) {
      by += more;
      at = at.input(0);
    }
    if (at.operation instanceof Operation.Allocate room) {
      return new Address(FRAME_POINTER, (int) (place(room) + by));
    }
    if (at.operation instanceof Operation.DataAddress(var map, var start)) {
      var to = fresh();
      data(to, map, start + (int) by);
      return new Address(to, 0);
    }
    if (by != (short) by) {
      var to = fresh();
      into(to, at);
      addTo(to, by);
      return new Address(to, 0);
    }
    return new Address(register(at), (int) by);
  }

  static boolean isImmediate(Value value) {
    return value.isConstant() && value.number() == (int) value.number();
  }

  static Size size(int bytes) {
    return switch (bytes) {
      case 1 -> Size.U8;
      case 2 -> Size.U16;
      case 4 -> Size.U32;
      default -> Size.U64;
    };
  }
}
