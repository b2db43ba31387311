package org.ebpf4j.verifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.AtomicOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Operand;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Size;
import org.ebpf4j.insn.Width;
import org.ebpf4j.object.MapReference;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// Programs at random, which compute offsets into a map's value and into the stack. About half of
/// them are safe.
final class RandomPrograms {
  static final int VALUE_BYTES = 64;
  private static final int[] EDGES = {
    0,
    1,
    -1,
    2,
    3,
    7,
    8,
    15,
    16,
    31,
    32,
    63,
    64,
    127,
    255,
    256,
    4095,
    65535,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    -2,
    -8,
    -64
  };

  private static final List<Size> SIZES = List.of(Size.values());
  private static final List<Condition> CONDITIONS = List.of(Condition.values());
  private static final List<AluOperation> OPERATIONS = List.of(AluOperation.values());

  private final Random random;
  private final List<Instruction> code = new ArrayList<>();

  RandomPrograms(long seed) {
    random = new Random(seed);
  }

  /// The object of a program; it depends on the seed alone.
  ObjectSpec object() {
    // r7 = the value of the map, r6 = the context.
    add(new Instruction.Move(Width.W64, Register.R6, Register.R1));
    add(new Instruction.StoreImmediate(Size.U32, Register.R10, -4, 0));
    add(new Instruction.Move(Width.W64, Register.R2, Register.R10));
    add(new Instruction.Alu(AluOperation.ADD, Width.W64, Register.R2, new Immediate(-4)));
    int reference = slots();
    add(new Instruction.LoadImmediate64(Register.R1, 1, 0));
    add(new Instruction.Call.Helper(1));
    add(new Instruction.JumpIf(Condition.NE, Width.W64, Register.R0, new Immediate(0), 2));
    add(new Instruction.Move(Width.W64, Register.R0, new Immediate(0)));
    add(new Instruction.Exit());
    add(new Instruction.Move(Width.W64, Register.R7, Register.R0));
    // r1 to r5, r8, r9 are numbers that are known in part.
    for (var register : numbers()) {
      add(new Instruction.Load(size(), register, Register.R7, random.nextInt(8) * 8));
    }
    int length = 5 + random.nextInt(25);
    for (int i = 0; i < length; i++) {
      step();
    }
    use();
    add(new Instruction.Move(Width.W64, Register.R0, new Immediate(0)));
    add(new Instruction.Exit());
    closeJumps();
    var program =
        ProgramSpec.builder("f", Instructions.assemble(code))
            .type(ProgramType.SOCKET_FILTER)
            .mapReferences(List.of(new MapReference(reference, "values", false, 0)))
            .build();
    var map =
        MapSpec.builder("values", MapType.HASH)
            .keySize(4)
            .valueSize(VALUE_BYTES)
            .maxEntries(1)
            .build();
    return ObjectSpec.builder("random").license("GPL").map(map).program(program).build();
  }

  private void add(Instruction instruction) {
    code.add(instruction);
  }

  private int slots() {
    return code.stream().mapToInt(Instruction::slots).sum();
  }

  private static List<Register> numbers() {
    return List.of(
        Register.R1, Register.R2, Register.R3, Register.R4, Register.R5, Register.R8, Register.R9);
  }

  private Register number() {
    return numbers().get(random.nextInt(numbers().size()));
  }

  private Size size() {
    return SIZES.get(random.nextInt(SIZES.size()));
  }

  private Width width() {
    return random.nextInt(3) == 0 ? Width.W32 : Width.W64;
  }

  private int constant() {
    return random.nextInt(3) == 0 ? EDGES[random.nextInt(EDGES.length)] : random.nextInt(200) - 50;
  }

  private Operand operand() {
    return random.nextBoolean() ? number() : new Immediate(constant());
  }

  private void step() {
    switch (random.nextInt(10)) {
      case 0, 1, 2, 3 -> alu();
      case 4 -> move();
      case 5 -> {
        int at = -8 * (1 + random.nextInt(4)) + (random.nextInt(4) == 0 ? 4 : 0);
        var size = at % 8 == 0 && random.nextInt(3) > 0 ? Size.U64 : Size.U32;
        if (random.nextBoolean()) {
          add(new Instruction.StoreRegister(size, Register.R10, at, number()));
        } else {
          add(new Instruction.Load(size, number(), Register.R10, at));
        }
      }
      case 6 -> bound();
      default ->
          add(
              new Instruction.JumpIf(
                  CONDITIONS.get(random.nextInt(CONDITIONS.size())),
                  width(),
                  number(),
                  operand(),
                  // Written anew by closeJumps().
                  1 + random.nextInt(6)));
    }
  }

  private void bound() {
    // What programs do before they use an index.
    add(
        new Instruction.JumpIf(
            Condition.GT, width(), number(), new Immediate(random.nextInt(80)), Short.MAX_VALUE));
  }

  private void alu() {
    var operation = OPERATIONS.get(random.nextInt(OPERATIONS.size()));
    var operand = operand();
    var width = width();
    switch (operation) {
      case LSH, RSH, ARSH ->
          operand =
              random.nextInt(4) == 0
                  ? number()
                  : new Immediate(random.nextInt(width == Width.W32 ? 32 : 64));
      case DIV, MOD, SDIV, SMOD -> {
        if (operand instanceof Immediate(int value) && value == 0) {
          operand = new Immediate(3);
        }
      }
      case AND -> operand = new Immediate(random.nextInt(4) == 0 ? constant() : 63);
      case ADD, SUB, MUL, OR, XOR -> {}
    }
    add(new Instruction.Alu(operation, width, number(), operand));
  }

  private void move() {
    var from = number();
    var width = width();
    switch (random.nextInt(6)) {
      case 0 ->
          add(
              new Instruction.Move(
                  width,
                  number(),
                  from,
                  random.nextBoolean() ? Instruction.Extension.S8 : Instruction.Extension.S16));
      case 1 -> add(new Instruction.Move(Width.W64, number(), from, Instruction.Extension.S32));
      case 2 -> add(new Instruction.Negate(width, number()));
      case 3 -> add(new Instruction.Move(width, number(), new Immediate(constant())));
      default -> add(new Instruction.Move(width, number(), from));
    }
  }

  /// An access at an offset that was computed.
  private void use() {
    for (int i = 0; i <= random.nextInt(3); i++) {
      var index = number();
      if (random.nextInt(3) > 0) {
        add(
            new Instruction.JumpIf(
                Condition.GT,
                random.nextInt(4) == 0 ? Width.W32 : Width.W64,
                index,
                new Immediate(random.nextInt(70)),
                Short.MAX_VALUE));
      }
      if (random.nextInt(4) == 0) {
        add(new Instruction.Move(Width.W64, Register.R0, Register.R10));
        add(new Instruction.Alu(AluOperation.ADD, Width.W64, Register.R0, new Immediate(-64)));
        add(new Instruction.Alu(AluOperation.ADD, Width.W64, Register.R0, index));
        add(new Instruction.StoreImmediate(Size.U8, Register.R0, 0, 1));
      } else {
        add(new Instruction.Move(Width.W64, Register.R0, Register.R7));
        add(
            new Instruction.Alu(
                random.nextInt(6) == 0 ? AluOperation.SUB : AluOperation.ADD,
                Width.W64,
                Register.R0,
                index));
        if (random.nextInt(5) == 0) {
          add(
              new Instruction.Atomic(
                  AtomicOperation.FETCH_ADD, Size.U64, Register.R0, 0, number()));
        } else {
          add(
              new Instruction.Load(
                  size(), number(), Register.R0, random.nextInt(3) == 0 ? random.nextInt(16) : 0));
        }
      }
    }
  }

  /// Jumps go forward, to the beginning of an instruction; far ones to the end.
  private void closeJumps() {
    var starts = new int[code.size() + 1];
    for (int i = 0; i < code.size(); i++) {
      starts[i + 1] = starts[i] + code.get(i).slots();
    }
    int end = code.size() - 2;
    for (int i = 10; i < code.size(); i++) {
      if (code.get(i) instanceof Instruction.JumpIf jump) {
        int to = jump.offset() == Short.MAX_VALUE ? end : Math.min(i + 1 + jump.offset(), end);
        code.set(
            i,
            new Instruction.JumpIf(
                jump.condition(),
                jump.width(),
                jump.left(),
                jump.right(),
                starts[to] - starts[i + 1]));
      }
    }
  }
}
