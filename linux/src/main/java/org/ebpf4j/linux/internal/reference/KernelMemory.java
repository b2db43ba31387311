package org.ebpf4j.linux.internal.reference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Operand;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Size;
import org.ebpf4j.insn.Width;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.linux.internal.sys.ProgramLoad;
import org.ebpf4j.linux.internal.sys.ProgramRun;

/// Reads words of the kernel's memory: a program that is run by `PROG_TEST_RUN` finds addresses in
/// the value of a map, and puts what is there in their place. What cannot be read is 0. What was
/// read may have been given to something else meanwhile, so it is to be held against what is known.
final class KernelMemory implements AutoCloseable {
  private static final int PROBE_READ_KERNEL = 113;

  /// How many words one run reads.
  private static final int WORDS = 1024;

  private static final int ARRAY = 2;
  private static final byte[] KEY = new byte[Integer.BYTES];
  private static final EnumSet<Capability> NEEDS =
      EnumSet.of(Capability.CAP_BPF, Capability.CAP_PERFMON);

  private final Fd map;
  private final Fd program;

  private KernelMemory(Fd map, Fd program) {
    this.map = map;
    this.program = program;
  }

  /// Loads the program.
  ///
  /// @throws org.ebpf4j.error.BpfException where the kernel refuses
  static KernelMemory open() {
    var wanted = MapCreate.of(ARRAY, Integer.BYTES, WORDS * Long.BYTES, 1, "ebpf4j_why");
    var created = Bpf.mapCreate(wanted);
    if (created.errno() == Errno.EPERM && Memlock.lift()) {
      created = Bpf.mapCreate(wanted);
    }
    if (!created.ok()) {
      throw Refusal.of("reading the kernel's memory", "MAP_CREATE", created.errno(), NEEDS);
    }
    var map = created.fd();
    var load =
        ProgramLoad.of(
            ProgramType.RAW_TRACEPOINT.number(),
            code(map.number()).toBytes(ByteOrder.nativeOrder()),
            "GPL",
            "ebpf4j_why");
    var loaded = Bpf.progLoad(load, 0, 0).result();
    if (loaded.errno() == Errno.EPERM && Memlock.lift()) {
      loaded = Bpf.progLoad(load, 0, 0).result();
    }
    if (!loaded.ok()) {
      map.close();
      throw Refusal.of("reading the kernel's memory", "PROG_LOAD", loaded.errno(), NEEDS);
    }
    return new KernelMemory(map, loaded.fd());
  }

  private static Instructions code(int map) {
    var loop = new ArrayList<Instruction>();
    loop.add(move(Register.R1, Register.R6));
    loop.add(new Instruction.Alu(AluOperation.ADD, Width.W64, Register.R1, Register.R7));
    loop.add(new Instruction.Load(Size.U64, Register.R3, Register.R1, 0));
    loop.add(move(Register.R2, new Immediate(Long.BYTES)));
    loop.add(new Instruction.Call.Helper(PROBE_READ_KERNEL));
    loop.add(
        new Instruction.Alu(AluOperation.ADD, Width.W64, Register.R7, new Immediate(Long.BYTES)));
    var code = new ArrayList<Instruction>();
    code.add(new Instruction.LoadImmediate64(Register.R6, Opcode.PSEUDO_MAP_VALUE, map));
    code.add(move(Register.R7, new Immediate(0)));
    code.addAll(loop);
    code.add(
        new Instruction.JumpIf(
            Condition.LT,
            Width.W64,
            Register.R7,
            new Immediate(WORDS * Long.BYTES),
            -loop.size() - 1));
    code.add(move(Register.R0, new Immediate(0)));
    code.add(new Instruction.Exit());
    return Instructions.assemble(code);
  }

  private static Instruction move(Register to, Operand value) {
    return new Instruction.Move(Width.W64, to, value);
  }

  /// The id of its program, which is no concern of who asks.
  int programId() {
    return ObjectInfo.program(program.number()).id();
  }

  /// The id of its map.
  int mapId() {
    return ObjectInfo.map(map.number()).id();
  }

  /// What is at addresses: 0 where the address is 0 or cannot be read.
  long[] words(long[] addresses) {
    var words = new long[addresses.length];
    var value = new byte[WORDS * Long.BYTES];
    var buffer = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).asLongBuffer();
    for (int from = 0; from < addresses.length; from += WORDS) {
      var count = Math.min(WORDS, addresses.length - from);
      for (int i = 0; i < WORDS; i++) {
        buffer.put(i, i < count ? addresses[from + i] : 0);
      }
      check("MAP_UPDATE_ELEM", Bpf.mapUpdate(map.number(), KEY, value, 0));
      check("PROG_TEST_RUN", Bpf.progRun(program.number(), ProgramRun.EMPTY).errno());
      check("MAP_LOOKUP_ELEM", Bpf.mapLookup(map.number(), KEY, value));
      for (int i = 0; i < count; i++) {
        words[from + i] = addresses[from + i] == 0 ? 0 : buffer.get(i);
      }
    }
    return words;
  }

  /// What is at an offset behind each of some pointers; 0 behind one that is null.
  long[] follow(long[] pointers, int offset) {
    var addresses = new long[pointers.length];
    for (int i = 0; i < pointers.length; i++) {
      addresses[i] = pointers[i] == 0 ? 0 : pointers[i] + offset;
    }
    return words(addresses);
  }

  private static void check(String command, int errno) {
    if (errno != 0) {
      throw KernelException.of("reading the kernel's memory", command, errno);
    }
  }

  @Override
  public void close() {
    program.close();
    map.close();
  }
}
