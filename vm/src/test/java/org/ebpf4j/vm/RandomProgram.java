package org.ebpf4j.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.object.MapReference;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.Subprogram;

/// A program of instructions that were drawn: arithmetic, jumps forward, memory on the stack, in
/// the packet and in the value of a map, atomic operations, calls. It ends with all of its numbers
/// in the value of the map.
///
/// @param seed what it was drawn from
/// @param body the instructions between its begin and its end, each with how many of those after it
///   it jumps over
record RandomProgram(long seed, List<Step> body) {
  /// The bytes of the map's value: six registers, then what programs write.
  static final int VALUE = 128;

  /// The packet that it is run on.
  static final int PACKET = 64;

  private static final int REGISTERS = 6;
  private static final int STACK = 64;
  private static final int SCRATCH = 48;
  private static final int DATA = 7;
  private static final int MAP = 9;
  private static final int FRAME = 10;
  private static final int[] ARITHMETIC = {
    Opcode.ADD,
    Opcode.SUB,
    Opcode.MUL,
    Opcode.DIV,
    Opcode.OR,
    Opcode.AND,
    Opcode.LSH,
    Opcode.RSH,
    Opcode.MOD,
    Opcode.XOR,
    Opcode.MOV,
    Opcode.ARSH
  };
  private static final int[] JUMPS = {
    Opcode.JEQ,
    Opcode.JGT,
    Opcode.JGE,
    Opcode.JSET,
    Opcode.JNE,
    Opcode.JSGT,
    Opcode.JSGE,
    Opcode.JLT,
    Opcode.JLE,
    Opcode.JSLT,
    Opcode.JSLE
  };
  private static final int[] SIZES = {Opcode.B, Opcode.H, Opcode.W, Opcode.DW};
  private static final int[] ATOMICS = {
    Opcode.ADD,
    Opcode.OR,
    Opcode.AND,
    Opcode.XOR,
    Opcode.ADD | Opcode.FETCH,
    Opcode.OR | Opcode.FETCH,
    Opcode.AND | Opcode.FETCH,
    Opcode.XOR | Opcode.FETCH,
    Opcode.XCHG,
    Opcode.CMPXCHG
  };

  /// An instruction, or a call of the subprogram with all that it needs.
  ///
  /// @param over how many steps after it a jump goes over, or 0
  record Step(List<Long> slots, int over) {
    Step {
      slots = List.copyOf(slots);
    }
  }

  RandomProgram {
    body = List.copyOf(body);
  }

  static RandomProgram draw(long seed) {
    return draw(seed, 40);
  }

  /// @param most more steps than it has
  static RandomProgram draw(long seed, int most) {
    var random = new SplittableRandom(seed);
    var body = new ArrayList<Step>();
    var count = random.nextInt(1, most);
    for (int i = 0; i < count; i++) {
      body.add(step(random, count - i - 1));
    }
    return new RandomProgram(seed, body);
  }

  /// The same without one of its steps.
  RandomProgram without(int index) {
    var shorter = new ArrayList<>(body);
    shorter.remove(index);
    return new RandomProgram(seed, shorter);
  }

  private static int number(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(-3, 4);
      case 1 -> 1 << random.nextInt(32);
      case 2 -> random.nextInt(1 << 16);
      default -> random.nextInt();
    };
  }

  /// The same, where each exchange of 32 bits that compares is followed by a move that zeroes the
  /// upper half of `r0`, which RFC 9669 says that it is.
  RandomProgram extended() {
    return new RandomProgram(seed, body.stream().map(RandomProgram::extended).toList());
  }

  private static Step extended(Step step) {
    var slots = new ArrayList<>(step.slots());
    var last = slots.getLast();
    if (Slot.opcode(last) == (Opcode.STX | Opcode.ATOMIC | Opcode.W)
        && Slot.imm(last) == Opcode.CMPXCHG) {
      slots.add(Slot.of(Opcode.ALU | Opcode.MOV | Opcode.X, 0, 0, 0, 0));
    }
    return new Step(slots, step.over());
  }

  private static Step one(int opcode, int dst, int src, int offset, int imm) {
    return new Step(List.of(Slot.of(opcode, dst, src, offset, imm)), 0);
  }

  private static Step step(SplittableRandom random, int after) {
    var dst = random.nextInt(REGISTERS);
    var src = random.nextInt(REGISTERS);
    var wide = random.nextBoolean();
    return switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> arithmetic(random, dst, src, wide);
      case 4 -> unary(random, dst, src, wide);
      case 5, 6 -> load(random, dst);
      case 7, 8 -> store(random, src);
      case 9 -> atomic(random, src, wide);
      case 10 -> jump(random, dst, src, wide, after);
      default -> call(random);
    };
  }

  private static Step arithmetic(SplittableRandom random, int dst, int src, boolean wide) {
    var operation = ARITHMETIC[random.nextInt(ARITHMETIC.length)];
    var kind = wide ? Opcode.ALU64 : Opcode.ALU;
    var divides = operation == Opcode.DIV || operation == Opcode.MOD;
    var shifts = operation == Opcode.LSH || operation == Opcode.RSH || operation == Opcode.ARSH;
    var signed = divides && random.nextBoolean() ? Opcode.OFFSET_SIGNED : 0;
    if (random.nextBoolean()) {
      return one(kind | operation | Opcode.X, dst, src, signed, 0);
    }
    var imm = shifts ? random.nextInt(wide ? 64 : 32) : number(random);
    // The verifier refuses a division by a constant 0.
    return one(kind | operation, dst, 0, signed, divides && imm == 0 ? 1 : imm);
  }

  private static Step unary(SplittableRandom random, int dst, int src, boolean wide) {
    var kind = wide ? Opcode.ALU64 : Opcode.ALU;
    var bits = new int[] {16, 32, 64}[random.nextInt(3)];
    return switch (random.nextInt(5)) {
      case 0 -> one(kind | Opcode.NEG, dst, 0, 0, 0);
      case 1 -> one(Opcode.TO_LE, dst, 0, 0, bits);
      case 2 -> one(Opcode.TO_BE, dst, 0, 0, bits);
      case 3 -> one(Opcode.BSWAP, dst, 0, 0, bits);
      default ->
          one(
              kind | Opcode.MOV | Opcode.X,
              dst,
              src,
              new int[] {8, 16, wide ? 32 : 16}[random.nextInt(3)],
              0);
    };
  }

  private static int bytes(int size) {
    return switch (size) {
      case Opcode.B -> 1;
      case Opcode.H -> 2;
      case Opcode.W -> 4;
      default -> 8;
    };
  }

  /// A place of that size: register and offset.
  private static int[] place(SplittableRandom random, int bytes, boolean atomic) {
    return switch (random.nextInt(atomic ? 2 : 3)) {
      case 0 -> new int[] {FRAME, -STACK + random.nextInt(STACK / bytes) * bytes};
      case 1 -> new int[] {MAP, SCRATCH + random.nextInt((VALUE - SCRATCH) / bytes) * bytes};
      default -> new int[] {DATA, random.nextInt(PACKET / bytes) * bytes};
    };
  }

  private static Step load(SplittableRandom random, int dst) {
    var size = SIZES[random.nextInt(SIZES.length)];
    var place = place(random, bytes(size), false);
    var signed = size != Opcode.DW && random.nextInt(3) == 0;
    var mode = signed ? Opcode.MEMSX : Opcode.MEM;
    return one(Opcode.LDX | mode | size, dst, place[0], place[1], 0);
  }

  private static Step store(SplittableRandom random, int src) {
    var size = SIZES[random.nextInt(SIZES.length)];
    var place = place(random, bytes(size), false);
    return random.nextBoolean()
        ? one(Opcode.STX | Opcode.MEM | size, place[0], src, place[1], 0)
        : one(Opcode.ST | Opcode.MEM | size, place[0], 0, place[1], number(random));
  }

  private static Step atomic(SplittableRandom random, int src, boolean wide) {
    var size = wide ? Opcode.DW : Opcode.W;
    var place = place(random, bytes(size), true);
    return one(
        Opcode.STX | Opcode.ATOMIC | size,
        place[0],
        src,
        place[1],
        ATOMICS[random.nextInt(ATOMICS.length)]);
  }

  private static Step jump(SplittableRandom random, int dst, int src, boolean wide, int after) {
    if (after == 0) {
      return one(Opcode.ALU64 | Opcode.MOV | Opcode.X, dst, src, 0, 0);
    }
    var kind = (wide ? Opcode.JMP : Opcode.JMP32) | JUMPS[random.nextInt(JUMPS.length)];
    var over = random.nextInt(1, Math.min(after, 6) + 1);
    var slot =
        random.nextBoolean()
            ? Slot.of(kind | Opcode.X, dst, src, 0, 0)
            : Slot.of(kind, dst, 0, 0, number(random));
    return new Step(List.of(slot), over);
  }

  /// A call of the subprogram: the registers that it destroys are given numbers again.
  private static Step call(SplittableRandom random) {
    var slots = new ArrayList<Long>();
    slots.add(Slot.of(Opcode.CALL, 0, Opcode.PSEUDO_CALL, 0, -1));
    for (int i = 1; i < REGISTERS; i++) {
      slots.add(Slot.of(Opcode.MOV64_IMM, i, 0, 0, number(random)));
    }
    return new Step(slots, 0);
  }

  private List<Long> begin() {
    var random = new SplittableRandom(~seed);
    var slots = new ArrayList<Long>();
    slots.add(Slot.of(Opcode.LDX | Opcode.MEM | Opcode.W, DATA, 1, 0, 0));
    slots.add(Slot.of(Opcode.LDX | Opcode.MEM | Opcode.W, 8, 1, 4, 0));
    slots.add(Slot.of(Opcode.MOV64_REG, 2, DATA, 0, 0));
    slots.add(Slot.of(Opcode.ADD64_IMM, 2, 0, 0, PACKET));
    slots.add(Slot.of(Opcode.JMP | Opcode.JLE | Opcode.X, 2, 8, 2, 0));
    slots.add(Slot.of(Opcode.MOV64_IMM, 0, 0, 0, 0));
    slots.add(Slot.of(Opcode.EXIT, 0, 0, 0, 0));
    slots.add(Slot.of(Opcode.LD_IMM64, MAP, Opcode.PSEUDO_MAP_VALUE, 0, 0));
    slots.add(0L);
    for (int i = 0; i < REGISTERS; i++) {
      slots.add(Slot.of(Opcode.LD_IMM64, i, 0, 0, number(random)));
      slots.add(Slot.of(0, 0, 0, 0, number(random)));
    }
    for (int at = -STACK; at < 0; at += 8) {
      slots.add(Slot.of(Opcode.ST | Opcode.MEM | Opcode.DW, FRAME, 0, at, number(random)));
    }
    return slots;
  }

  private static List<Long> end() {
    var slots = new ArrayList<Long>();
    for (int i = 0; i < REGISTERS; i++) {
      slots.add(Slot.of(Opcode.STX | Opcode.MEM | Opcode.DW, MAP, i, i * 8, 0));
    }
    for (int i = 1; i < REGISTERS; i++) {
      slots.add(Slot.of(Opcode.ALU64 | Opcode.XOR | Opcode.X, 0, i, 0, 0));
    }
    slots.add(Slot.of(Opcode.EXIT, 0, 0, 0, 0));
    return slots;
  }

  private static List<Long> subprogram() {
    return List.of(
        Slot.of(Opcode.STX | Opcode.MEM | Opcode.DW, FRAME, 1, -8, 0),
        Slot.of(Opcode.MOV64_REG, 0, 2, 0, 0),
        Slot.of(Opcode.ALU64 | Opcode.MUL | Opcode.X, 0, 3, 0, 0),
        Slot.of(Opcode.ALU64 | Opcode.XOR | Opcode.X, 0, 4, 0, 0),
        Slot.of(Opcode.ALU64 | Opcode.SUB | Opcode.X, 0, 5, 0, 0),
        Slot.of(Opcode.LDX | Opcode.MEM | Opcode.DW, 6, FRAME, -8, 0),
        Slot.of(Opcode.ALU64 | Opcode.ADD | Opcode.X, 0, 6, 0, 0),
        Slot.of(Opcode.EXIT, 0, 0, 0, 0));
  }

  /// The object with the program in it, and the map of name `values`.
  ObjectSpec object() {
    return object(slots -> {});
  }

  /// The same with its instructions changed by something.
  ObjectSpec object(Consumer<long[]> change) {
    var slots = new ArrayList<>(begin());
    var positions = new ArrayList<Integer>();
    for (var step : body) {
      positions.add(slots.size());
      slots.addAll(step.slots());
    }
    positions.add(slots.size());
    slots.addAll(end());
    var subprogram = slots.size();
    var called = false;
    for (int i = 0; i < body.size(); i++) {
      var at = positions.get(i);
      var over = body.get(i).over();
      if (over > 0) {
        var to = positions.get(Math.min(i + 1 + over, body.size()));
        slots.set(at, Slot.withOffset(slots.get(at), to - at - 1));
      } else if (Slot.opcode(slots.get(at)) == Opcode.CALL) {
        slots.set(at, Slot.withImm(slots.get(at), subprogram - at - 1));
        called = true;
      }
    }
    var functions = new ArrayList<>(List.of(new Subprogram("drawn", 0)));
    if (called) {
      slots.addAll(subprogram());
      functions.add(new Subprogram("called", subprogram));
    }
    var code = slots.stream().mapToLong(Long::longValue).toArray();
    change.accept(code);
    var program =
        ProgramSpec.builder("drawn", Instructions.of(code))
            .ofSection("xdp")
            .subprograms(functions)
            .mapReferences(List.of(new MapReference(7, "values", true, 0)))
            .build();
    return ObjectSpec.builder("drawn")
        .license("GPL")
        .map(MapSpec.of("values", MapType.ARRAY, 4, VALUE, 1))
        .program(program)
        .build();
  }
}
