package org.ebpf4j.program.internal.emit;

import java.util.ArrayList;
import java.util.function.ToIntFunction;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.AtomicOperation;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instruction.Extension;
import org.ebpf4j.insn.Size;
import org.ebpf4j.insn.Width;
import org.ebpf4j.program.internal.ir.Block;
import org.ebpf4j.program.internal.ir.End;
import org.ebpf4j.program.internal.ir.Features;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.KernelMember;
import org.ebpf4j.program.internal.ir.Operation;
import org.ebpf4j.program.internal.ir.Refusal;
import org.ebpf4j.program.internal.ir.Value;
import org.ebpf4j.program.internal.ir.ValueKind;

/// Chooses instructions for values.
final class Selection extends Operands {
  private final Features features;
  private final ToIntFunction<KernelMember> offsets;

  /// @param offsets where the types of the object have a member of the kernel
  Selection(Features features, ToIntFunction<KernelMember> offsets) {
    this.features = features;
    this.offsets = offsets;
  }

  MachineBlock block(Block block, Function function) {
    var machine = new MachineBlock(block);
    out = machine.ops;
    for (var value : block.values) {
      if (!value.operation.isRemade()) {
        line = value.line;
        try {
          select(value);
        } catch (Refusal refusal) {
          throw refusal.at(function.file, value.line);
        }
      }
    }
    line = block.line;
    try {
      end(machine);
    } catch (Refusal refusal) {
      throw refusal.at(function.file, block.line);
    }
    return machine;
  }

  private void end(MachineBlock machine) {
    switch (machine.block.end) {
      case End.Goto(var to) -> phis(machine.block, to);
      case End.Return(var value) -> {
        machine.returns = true;
        into(0, value == null ? Value.constant(ValueKind.INT, 0) : value);
      }
      case End.Branch b -> {
        machine.left = register(b.left());
        machine.right = isImmediate(b.right()) ? MachineBlock.IMMEDIATE : register(b.right());
      }
      case End.MayGoto _ -> {
        // Compares nothing.
      }
      case End.Open _ -> throw new IllegalStateException("a block without an end");
    }
  }

  /// The variables of the next block get their values, all at once.
  private void phis(Block from, Block to) {
    if (to.phis.isEmpty()) {
      return;
    }
    var index = to.predecessors.indexOf(from);
    var pending = new ArrayList<Value>();
    for (var phi : to.phis) {
      if (phi.input(index) != phi) {
        pending.add(phi);
      }
    }
    if (pending.size() == 1) {
      into(own(pending.getFirst()), pending.getFirst().input(index));
      return;
    }
    var kept = new int[pending.size()];
    for (int i = 0; i < kept.length; i++) {
      var input = pending.get(i).input(index);
      kept[i] = -1;
      if (!input.isConstant()) {
        kept[i] = fresh();
        into(kept[i], input);
      }
    }
    for (int i = 0; i < kept.length; i++) {
      var phi = own(pending.get(i));
      if (kept[i] >= 0) {
        move(phi, kept[i]);
      } else {
        into(phi, pending.get(i).input(index));
      }
    }
  }

  private void select(Value value) {
    switch (value.operation) {
      case Operation.Parameter(var index) -> {
        if (value.uses > 0) {
          move(own(value), index + 1);
        }
      }
      case Operation.Binary(var operation) -> binary(value, operation);
      case Operation.Negate _ -> {
        var to = own(value);
        into(to, value.input(0));
        add(r -> new Instruction.Negate(value.kind.width(), r.apply(to)), to, to);
      }
      case Operation.Extend(var bytes) ->
          extend(own(value), register(value.input(0)), bytes, value.kind);
      case Operation.Cut _ -> {
        var to = own(value);
        var from = register(value.input(0));
        if (isZeroExtended(value.input(0))) {
          move(to, from);
        } else {
          add(r -> new Instruction.Move(Width.W32, r.apply(to), r.apply(from)), to, from);
        }
      }
      case Operation.Renew _ -> {
        var to = own(value);
        var from = register(value.input(0));
        add(r -> new Instruction.Move(Width.W32, r.apply(to), r.apply(from)), to, from);
      }
      case Operation.Swap(var bytes) -> {
        var to = own(value);
        into(to, value.input(0));
        add(
            r ->
                new Instruction.ByteSwap(
                    Instruction.ByteSwap.Target.BIG_ENDIAN, size(bytes), r.apply(to)),
            to,
            to);
      }
      case Operation.Load(var offset, var bytes, var signed) -> {
        var at = address(value.input(0), offset);
        load(value, at, bytes, signed, Reference.NONE);
      }
      case Operation.KernelLoad(var member, var bytes, var signed) -> {
        var at = new Address(register(value.input(0)), offsets.applyAsInt(member));
        load(value, at, bytes, signed, new Reference.ToKernel(member, 0));
      }
      case Operation.KernelFact(var member, var kind) -> {
        var to = own(value);
        var here =
            switch (kind) {
              case KernelMember.OFFSET, KernelMember.ENUMERATOR_VALUE -> offsets.applyAsInt(member);
              case KernelMember.SIZE -> member.bytes();
              case KernelMember.SIGNED -> member.signed() ? 1 : 0;
              case KernelMember.LEFT_SHIFT, KernelMember.RIGHT_SHIFT -> 0;
              default -> 1;
            };
        add(r -> new Instruction.Move(Width.W64, r.apply(to), new Immediate(here)), to).reference =
            new Reference.ToKernel(member, kind);
      }
      case Operation.Store(var offset, var bytes) -> store(value, offset, bytes);
      case Operation.Zero(var bytes) -> {
        var at = address(value.input(0), 0);
        for (int i = 0; i < (bytes + 7) / 8 * 8; i += 8) {
          var place = at.offset() + i;
          add(
              r -> new Instruction.StoreImmediate(Size.U64, r.apply(at.base()), place, 0),
              -1,
              at.base());
        }
      }
      case Operation.Atomic(var operation, var offset, var bytes) ->
          atomic(value, operation, offset, bytes);
      case Operation.HelperCall(var id) ->
          call(value, _ -> new Instruction.Call.Helper(id), Reference.NONE);
      case Operation.SubprogramCall(var function) ->
          call(value, _ -> new Instruction.Call.Subprogram(-1), new Reference.ToFunction(function));
      case Operation.KfuncCall(var name, var method) ->
          call(value, _ -> new Instruction.Call.Kfunc(0), new Reference.ToKfunc(name, method));
      case Operation.Constant _,
          Operation.Phi _,
          Operation.Allocate _,
          Operation.Offset _,
          Operation.MapAddress _,
          Operation.DataAddress _,
          Operation.FunctionAddress _,
          Operation.Comparison _,
          Operation.Order _,
          Operation.Known _ -> {
        // Made where it is used.
      }
    }
  }

  /// Whether the upper half of the register is zero although the value is a long.
  private static boolean isZeroExtended(Value value) {
    return value.kind == ValueKind.INT
        || switch (value.operation) {
          case Operation.Load(_, var bytes, var signed) -> !signed && bytes <= 4;
          case Operation.Binary(var operation) ->
              operation == AluOperation.RSH
                  && value.input(1).isConstant()
                  && value.input(1).number() >= 32;
          default -> false;
        };
  }

  private static boolean isShift(AluOperation operation) {
    return switch (operation) {
      case LSH, RSH, ARSH -> true;
      case ADD, SUB, MUL, DIV, OR, AND, MOD, XOR, SDIV, SMOD -> false;
    };
  }

  private void binary(Value value, AluOperation operation) {
    var to = own(value);
    var width = value.kind.width();
    into(to, value.input(0));
    var right = value.input(1);
    if (isImmediate(right) || (right.isConstant() && isShift(operation))) {
      // The JVM uses the low bits of a distance; of a constant, the kernel wants no others.
      var number = (int) right.number() & (isShift(operation) ? width.bits() - 1 : -1);
      add(r -> new Instruction.Alu(operation, width, r.apply(to), new Immediate(number)), to, to);
    } else {
      var from = register(right);
      add(r -> new Instruction.Alu(operation, width, r.apply(to), r.apply(from)), to, to, from);
    }
  }

  private void extend(int to, int from, int bytes, ValueKind kind) {
    var width = kind.width();
    if (features.signed()) {
      var how = bytes == 4 ? Extension.S32 : bytes == 2 ? Extension.S16 : Extension.S8;
      add(r -> new Instruction.Move(width, r.apply(to), r.apply(from), how), to, from);
      return;
    }
    var distance = new Immediate(width.bits() - 8 * bytes);
    move(to, from);
    add(r -> new Instruction.Alu(AluOperation.LSH, width, r.apply(to), distance), to, to);
    add(r -> new Instruction.Alu(AluOperation.ARSH, width, r.apply(to), distance), to, to);
  }

  private void load(Value value, Address at, int bytes, boolean signed, Reference reference) {
    var to = own(value);
    var narrow = signed && bytes < (value.kind == ValueKind.INT ? 4 : 8);
    if (narrow && features.signed() && value.kind == ValueKind.LONG) {
      add(
                  r ->
                      new Instruction.Load(
                          size(bytes), true, r.apply(to), r.apply(at.base()), at.offset()),
                  to,
                  at.base())
              .reference =
          reference;
      return;
    }
    add(
                r ->
                    new Instruction.Load(size(bytes), r.apply(to), r.apply(at.base()), at.offset()),
                to,
                at.base())
            .reference =
        reference;
    if (narrow) {
      extend(to, to, bytes, value.kind);
    }
  }

  private void store(Value value, int offset, int bytes) {
    var at = address(value.input(0), offset);
    var stored = value.input(1);
    if (isImmediate(stored)) {
      var number = (int) stored.number();
      add(
          r -> new Instruction.StoreImmediate(size(bytes), r.apply(at.base()), at.offset(), number),
          -1,
          at.base());
    } else {
      var from = register(stored);
      add(
          r ->
              new Instruction.StoreRegister(
                  size(bytes), r.apply(at.base()), at.offset(), r.apply(from)),
          -1,
          at.base(),
          from);
    }
  }

  private void atomic(Value value, AtomicOperation operation, int offset, int bytes) {
    var used = value.uses > 0;
    if (!features.fetch() && (used || operation == AtomicOperation.CMPXCHG)) {
      throw new Refusal(
          "the value of an atomic number before or after it is changed, which kernels before 5.12"
              + " do not give",
          "@Target(\"5.12\"), or a change whose result is not used");
    }
    var at = address(value.input(0), offset);
    if (operation == AtomicOperation.CMPXCHG) {
      var from = register(value.input(1));
      into(0, value.input(2));
      add(
          r ->
              new Instruction.Atomic(
                  operation, size(bytes), r.apply(at.base()), at.offset(), r.apply(from)),
          0,
          at.base(),
          from,
          0);
      move(own(value), 0);
      return;
    }
    if (!used && operation == AtomicOperation.FETCH_ADD) {
      var from = register(value.input(1));
      add(
          r ->
              new Instruction.Atomic(
                  AtomicOperation.ADD, size(bytes), r.apply(at.base()), at.offset(), r.apply(from)),
          -1,
          at.base(),
          from);
      return;
    }
    var to = own(value);
    into(to, value.input(1));
    add(
        r ->
            new Instruction.Atomic(
                operation, size(bytes), r.apply(at.base()), at.offset(), r.apply(to)),
        to,
        at.base(),
        to);
  }

  private void call(Value value, MachineOp.Form form, Reference reference) {
    var inputs = value.inputs;
    var held = new int[inputs.length];
    for (int i = 0; i < held.length; i++) {
      var input = value.input(i);
      held[i] = input.operation.isRemade() ? -1 : register(input);
    }
    var read = new int[inputs.length];
    for (int i = 0; i < held.length; i++) {
      read[i] = i + 1;
      if (held[i] < 0) {
        into(i + 1, value.input(i));
      } else {
        move(i + 1, held[i]);
      }
    }
    var op = add(form, 0, read);
    op.isCall = true;
    op.reference = reference;
    if (value.uses > 0) {
      move(own(value), 0);
    }
  }
}
