package org.ebpf4j.vm.internal.machine;

import java.util.BitSet;
import java.util.function.LongFunction;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.jspecify.annotations.Nullable;

/// The instructions of a program, ready to be executed: checked, and with addresses in the place of
/// what they refer to. It never changes but for what is written in while it is made.
public final class Code {
  /// `callx`: a call of what the destination register says.
  public static final int CALL_REGISTER = Opcode.JMP | Opcode.X | 0x80;

  private static final int FRAME_POINTER = 10;

  /// After so many instructions that are not as they were taken for, none is taken for anything.
  private static final int MOST_WRONG = 16;

  /// Stands where `r10` would be written: no kernel takes that where a program can reach it.
  public static final int WRITES_FRAME_POINTER = 0xff;

  /// Stands behind an instruction that is executed by itself. No instruction has it.
  static final int STOP = 0xfe;

  /// A cast into address space 1, which is that of user space.
  private static final int TO_USER = 1 << 16;

  private final String name;
  private final long[] slots;
  private final @Nullable Helper[] calls;
  private final Place place;
  private LongFunction<@Nullable Helper> indirectCalls = value -> null;
  private @Nullable Object owner;
  private long arena;
  private int exceptionCallback;
  private @Nullable Counters counters;
  private final BitSet begins = new BitSet();
  private final BitSet linked = new BitSet();
  private final BitSet wrong = new BitSet();
  private final BitSet nullable = new BitSet();
  private @Nullable Compiler compiler;
  private volatile @Nullable Compiled compiled;
  private long untilCompiled = Long.MAX_VALUE;

  /// Makes code that the JVM executes.
  @FunctionalInterface
  public interface Compiler {
    /// @param memory where what the code refers to is
    /// @return null where it is too large
    @Nullable Compiled compile(Code code, Memory memory);
  }

  /// What stands for the code in memory: pointers to functions lead here.
  static final class Place extends Region {
    private final Code code;

    Place(Code code) {
      super("the code of program '" + code.name + "'", code.slots.length, false);
      this.code = code;
    }

    Code code() {
      return code;
    }
  }

  /// Code of these instructions.
  ///
  /// @param name the name of the program
  /// @throws IllegalArgumentException where one of them is no instruction, or jumps to none; says
  ///   which and why
  public Code(String name, Instructions instructions) {
    this.name = name;
    this.slots = instructions.toSlots();
    this.calls = new @Nullable Helper[slots.length];
    this.place = new Place(this);
    check(instructions);
  }

  private void check(Instructions instructions) {
    if (slots.length == 0) {
      throw new IllegalArgumentException("there are no instructions");
    }
    instructions.forEach((slot, instruction) -> begins.set(slot));
    instructions.forEach((slot, instruction) -> {
      if (instruction instanceof Instruction.Unknown && !isIndirectCall(slots[slot])) {
        throw new IllegalArgumentException(
            "instruction " + slot + " is none, or has a field set that it does not use");
      }
      if (instruction instanceof Instruction.AddressSpaceCast cast
          && cast.to() + cast.from() != 1) {
        throw new IllegalArgumentException(
            "instruction " + slot + " casts between other address spaces than 0 and 1");
      }
      if (written(slots[slot]) == FRAME_POINTER) {
        slots[slot] = WRITES_FRAME_POINTER;
      }
      var target = target(slot, instruction);
      if (target < 0 || target >= slots.length || !begins.get(target)) {
        throw new IllegalArgumentException(
            "instruction " + slot + " jumps to " + target + ", where no instruction begins");
      }
      var next = slot + instruction.slots();
      if (next >= slots.length && !ends(instruction)) {
        throw new IllegalArgumentException("the last instruction is neither exit nor a jump");
      }
    });
  }

  /// Whether a slot is a call of what a register says, which RFC 9669 does not have, and no kernel
  /// takes, but compilers make.
  private static boolean isIndirectCall(long slot) {
    return slot == Slot.of(CALL_REGISTER, Slot.dst(slot), 0, 0, 0)
        && Slot.dst(slot) < FRAME_POINTER;
  }

  /// The register that an instruction writes to; -1 for none, and for what it writes whatever its
  /// fields are.
  private static int written(long slot) {
    int opcode = Slot.opcode(slot);
    return switch (opcode & Opcode.CLASS_MASK) {
      case Opcode.ALU, Opcode.ALU64, Opcode.LDX -> Slot.dst(slot);
      case Opcode.LD -> opcode == Opcode.LD_IMM64 ? Slot.dst(slot) : -1;
      case Opcode.STX -> (opcode & Opcode.MODE_MASK) == Opcode.ATOMIC ? fetched(slot) : -1;
      default -> -1;
    };
  }

  private static int fetched(long slot) {
    return switch (Slot.imm(slot)) {
      case Opcode.LOAD_ACQ -> Slot.dst(slot);
      case Opcode.STORE_REL, Opcode.CMPXCHG -> -1;
      default -> (Slot.imm(slot) & Opcode.FETCH) != 0 ? Slot.src(slot) : -1;
    };
  }

  private static boolean ends(Instruction instruction) {
    return instruction instanceof Instruction.Exit
        || (instruction instanceof Instruction.Jump jump
            && !(jump instanceof Instruction.Jump.MayGoto));
  }

  /// Where an instruction may go on other than at the next; the instruction itself where nowhere.
  private static int target(int slot, Instruction instruction) {
    return switch (instruction) {
      case Instruction.Jump.Goto(int offset) -> slot + 1 + offset;
      case Instruction.Jump.GotoLong(int offset) -> slot + 1 + offset;
      case Instruction.Jump.MayGoto(int offset) -> slot + 1 + offset;
      case Instruction.JumpIf jump -> slot + 1 + jump.offset();
      case Instruction.Call.Subprogram(int offset) -> slot + 1 + offset;
      default -> slot;
    };
  }

  /// Whether an instruction begins at a slot.
  boolean isInstruction(int slot) {
    return slot >= 0 && begins.get(slot);
  }

  /// The name of the program.
  public String name() {
    return name;
  }

  /// How many slots there are.
  public int size() {
    return slots.length;
  }

  /// A slot, as it is executed.
  public long slot(int index) {
    return slots[index];
  }

  /// What stands for it in memory, so that it can be called by an address: the instruction's number
  /// is the offset.
  public Region place() {
    return place;
  }

  /// Says what it is the code of.
  public void setOwner(Object program) {
    owner = program;
  }

  /// What it is the code of; null where nobody said.
  public @Nullable Object owner() {
    return owner;
  }

  /// Writes a 64-bit value into a load of one.
  ///
  /// @param slot the load, a `ld_imm64`
  public void setImmediate(int slot, long value) {
    if (!Slot.isWide(slots[slot])) {
      throw new IllegalArgumentException("instruction " + slot + " is no ld_imm64");
    }
    linked.set(slot);
    slots[slot] = Slot.withImm(Slot.withSrc(slots[slot], 0), (int) value);
    slots[slot + 1] = Slot.withImm(slots[slot + 1], (int) (value >>> Integer.SIZE));
  }

  /// Says where the arena of the program is: the upper half of the addresses in it.
  public void setArena(long base) {
    arena = base;
  }

  /// Says which function handles exceptions.
  ///
  /// @param slot its first instruction
  public void setExceptionCallback(int slot) {
    exceptionCallback = slot;
  }

  /// The function that handles exceptions; 0 for none.
  public int exceptionCallback() {
    return exceptionCallback;
  }

  /// An address of one address space in another. The kernel looks at the lower half alone; in what
  /// user space sees, the first byte of an arena is the null pointer.
  ///
  /// @param spaces the number of the space that it is for, and that of the one it comes from
  long cast(long value, int spaces) {
    long low = value & 0xffff_ffffL;
    if (arena == 0) {
      return value;
    }
    return spaces == TO_USER && low == 0 ? 0 : arena | low;
  }

  /// The instruction that an address stands for.
  ///
  /// @throws MemoryFault where it stands for none of this code
  int target(Memory memory, long address) {
    if (memory.find(address) instanceof Place found
        && found.code == this
        && isInstruction((int) address)) {
      return (int) address;
    }
    throw new MemoryFault(address, "no instruction of the program");
  }

  /// Says what an instruction calls.
  ///
  /// @param slot a call of a function of the kernel
  public void setCall(int slot, Helper helper) {
    calls[slot] = helper;
  }

  /// Says what calls of what a register says may call, by number; otherwise nothing.
  public void setIndirectCalls(LongFunction<@Nullable Helper> helpers) {
    indirectCalls = helpers;
  }

  /// What a value in a register stands for as a function; null for none.
  @Nullable Helper indirectCall(long value) {
    return indirectCalls.apply(value);
  }

  /// Says which loads are through pointers to objects of the kernel, which may be null.
  ///
  /// @param slots the loads
  public void setNullableLoads(BitSet slots) {
    nullable.or(slots);
  }

  /// Whether a load reads zero: it is through the null pointer, or near it, and one of those that
  /// may be.
  ///
  /// @param slot the instruction that could not be executed
  /// @param address what it accessed
  boolean readsZero(int slot, long address) {
    var upper = address >> Integer.SIZE;
    return (upper == 0 || upper == -1) && nullable.get(slot);
  }

  /// Has what is executed counted.
  public void setCounters(Counters counters) {
    this.counters = counters;
  }

  /// Has it compiled once so many of its instructions were executed.
  public void setCompiler(Compiler compiler, long after) {
    this.compiler = compiler;
    this.untilCompiled = after;
  }

  /// Counts instructions that were interpreted. Several threads may lose some.
  void use(long instructions) {
    untilCompiled -= instructions;
  }

  /// What executes a function; null where that is the interpreter.
  ///
  /// @param function its first instruction
  @Nullable Compiled compiled(Memory memory, int function) {
    var there = compiled;
    if (there == null && untilCompiled <= 0) {
      there = compile(memory);
    }
    return there != null && there.has(function) ? there : null;
  }

  private synchronized @Nullable Compiled compile(Memory memory) {
    if (compiled == null && compiler != null) {
      compiled = compiler.compile(this, memory);
      if (compiled == null) {
        compiler = null;
        untilCompiled = Long.MAX_VALUE;
      }
    }
    return compiled;
  }

  /// Says that what was taken for granted of an instruction does not hold, and has the code
  /// compiled again without it.
  ///
  /// @param slot the instruction
  synchronized void distrust(int slot) {
    wrong.set(slot);
    if (wrong.cardinality() > MOST_WRONG) {
      wrong.set(0, slots.length);
    }
    compiled = null;
  }

  /// The instructions of which nothing is to be taken for granted.
  public synchronized BitSet distrusted() {
    return (BitSet) wrong.clone();
  }

  /// The region that the address in a load of 64 bits leads to, for as long as there is the code;
  /// null where there is none, or it may change.
  public @Nullable Region region(int slot, Memory memory) {
    if (!linked.get(slot)) {
      return null;
    }
    var found = memory.find(immediate(slot));
    return found != null && found.isFixed() ? found : null;
  }

  /// The function that the address in a load of 64 bits stands for; -1 where it stands for none.
  public int function(int slot, Memory memory) {
    return linked.get(slot)
            && memory.find(immediate(slot)) instanceof Place found
            && found.code == this
            && isInstruction((int) immediate(slot))
        ? (int) immediate(slot)
        : -1;
  }

  /// The value of a load of 64 bits.
  public long immediate(int slot) {
    return (slots[slot] >>> Integer.SIZE) | (slots[slot + 1] & ~0xffff_ffffL);
  }

  @Nullable Counters counters() {
    return counters;
  }

  /// What an instruction calls; null where nobody said.
  public @Nullable Helper call(int slot) {
    return calls[slot];
  }

  long[] slots() {
    return slots;
  }
}
