package org.ebpf4j.linux.internal.probe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.IntFunction;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Size;
import org.ebpf4j.insn.Width;
import org.ebpf4j.linux.internal.host.KernelSymbols;
import org.ebpf4j.linux.internal.host.KprobeUnit;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.BtfCommands;
import org.ebpf4j.linux.internal.sys.LinkCreate;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.linux.internal.sys.ProgramLoad;
import org.ebpf4j.linux.internal.sys.Result;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.object.MapType;

/// The attempts that tell what the kernel can do. Each makes the smallest thing that has the
/// feature, and takes it away. Nothing is attached to anything, and no program runs.
final class Attempts {
  private static final int LOG_SIZE = 4096;
  private static final int CGROUP_INET_SOCK_CREATE = 2;
  private static final int PERF_EVENT = 41;
  private static final int TRACE_KPROBE_MULTI = 42;
  private static final int TRACE_UPROBE_MULTI = 48;
  private static final int TRACE_KPROBE_SESSION = 56;
  private static final int MMAPABLE = 1 << 10;

  private static final int PROBE_READ_KERNEL = 113;
  private static final int KTIME_GET_COARSE_NS = 160;
  private static final int GET_FUNC_IP = 173;
  private static final int GET_ATTACH_COOKIE = 174;

  private static final Instruction EXIT = new Instruction.Exit();

  /// `return 0`.
  private static final Instructions NOTHING = Instructions.assemble(set(Register.R0, 0), EXIT);

  // The types that most BTF here begins with, so that their ids are 1 and 2.
  private static final BtfType INT = new BtfType.Int("int", 4, 1, 0, 32);
  private static final BtfType PROTOTYPE =
      new BtfType.Prototype(0, List.of(new BtfType.Parameter("a", 1)));
  private static final BtfType VARIABLE = new BtfType.Variable("v", 1, 0);

  private final int token;

  /// @param token the descriptor of a token, or 0
  Attempts(int token) {
    this.token = token;
  }

  /// What comes of trying a feature.
  Answer of(KernelFeature feature) {
    return switch (feature) {
      case PROGRAM_NAMES -> programNames();
      case GLOBAL_DATA -> globalData();
      case BTF -> btf(INT);
      case BTF_FUNCTIONS -> btf(INT, PROTOTYPE, new BtfType.Function("f", 2, 0));
      case BTF_GLOBAL_FUNCTIONS -> btf(INT, PROTOTYPE, new BtfType.Function("f", 2, 1));
      case BTF_DATA_SECTIONS -> btf(INT, VARIABLE, section(".data"));
      case BTF_OPTIONAL_SECTIONS -> btf(INT, VARIABLE, section("?.data"));
      case BTF_FLOATS -> btf(new BtfType.Floating("float", 4));
      case BTF_DECLARATION_TAGS -> btf(INT, VARIABLE, new BtfType.DeclarationTag("tag", 2, -1));
      case BTF_TYPE_TAGS -> btf(INT, new BtfType.TypeTag("tag", 1), new BtfType.Pointer(2));
      case BTF_ENUM64 -> btf(new BtfType.Enum("enum64", 8, false, true, List.of()));
      case BTF_LAYOUT -> btfLayout();
      case MMAPABLE_ARRAYS -> mmapableArrays();
      case EXPECTED_ATTACH_TYPE -> expectedAttachType();
      case PROBE_READ_KERNEL -> probeReadKernel();
      case PROGRAM_BIND_MAP -> programBindMap();
      case MODULE_BTF -> moduleBtf();
      case PERF_LINKS -> perfLinks();
      case CGROUP_MEMORY_ACCOUNTING -> coarseClock();
      case ATTACH_COOKIE -> attachCookie();
      case SYSCALL_WRAPPER -> syscallWrapper();
      case KPROBE_MULTI -> kprobes(TRACE_KPROBE_MULTI);
      case KPROBE_SESSION -> kprobes(TRACE_KPROBE_SESSION);
      case UPROBE_MULTI -> uprobeMulti();
      case CONTEXT_TAG -> contextTag();
      case WIDE_VALUE_OFFSETS -> wideOffsets();
    };
  }

  private static Instruction set(Register register, int value) {
    return new Instruction.Move(Width.W64, register, new Immediate(value));
  }

  private static Instruction call(int helper) {
    return new Instruction.Call.Helper(helper);
  }

  /// A call that fails for want of locked memory is made again where that can be helped.
  private static Result again(java.util.function.Supplier<Result> call) {
    var result = call.get();
    return result.errno() == Errno.EPERM && Memlock.lift() ? call.get() : result;
  }

  private ProgramLoad load(ProgramType type, String name, Instructions instructions) {
    return ProgramLoad.of(type.number(), instructions.toBytes(ByteOrder.nativeOrder()), "GPL", name)
        .withToken(token);
  }

  private static Result program(ProgramLoad load) {
    return again(() -> Bpf.progLoad(load, 0, 0).result());
  }

  private Result map(MapCreate map) {
    return again(() -> Bpf.mapCreate(map.withToken(token)));
  }

  private static MapCreate array(int valueSize) {
    return MapCreate.of(MapType.ARRAY.number(), 4, valueSize, 1, "");
  }

  private Result btf(byte[] bytes) {
    return again(() -> BtfCommands.load(bytes, token, 0, 0).result());
  }

  /// What a thing with a descriptor tells; it is closed afterwards. Where it cannot be made, the
  /// answer is that of `otherwise`.
  private static Answer with(Result made, Answer otherwise, IntFunction<Answer> question) {
    if (!made.ok()) {
      return otherwise;
    }
    try (var fd = made.fd()) {
      return question.apply(fd.number());
    }
  }

  private Answer program(ProgramType type, Instruction... instructions) {
    return Answer.of(program(load(type, "", Instructions.assemble(instructions))));
  }

  private Answer programNames() {
    return Answer.of(program(load(ProgramType.SOCKET_FILTER, "ebpf4j_name", NOTHING)));
  }

  private Answer globalData() {
    return with(
        map(array(32)),
        Answer.UNKNOWN,
        map ->
            program(
                ProgramType.SOCKET_FILTER,
                valuePointer(map, 16),
                new Instruction.StoreImmediate(Size.U64, Register.R1, 0, 42),
                set(Register.R0, 0),
                EXIT));
  }

  private static Instruction valuePointer(int map, int offset) {
    return new Instruction.LoadImmediate64(
        Register.R1, Opcode.PSEUDO_MAP_VALUE, (long) offset << Integer.SIZE | map);
  }

  private static byte[] bytes(BtfType... types) {
    var builder = BtfBuilder.empty(ByteOrder.nativeOrder());
    for (var type : types) {
      builder.add(type);
    }
    return builder.toBytes();
  }

  /// BTF of these types, which have the ids from 1.
  private Answer btf(BtfType... types) {
    return Answer.of(btf(bytes(types)));
  }

  /// A section with the one variable of the id 2.
  private static BtfType section(String name) {
    return new BtfType.DataSection(name, 4, List.of(new BtfType.SectionVariable(2, 0, 4)));
  }

  /// One type, and behind it how long types of the kinds 0 and 1 are, with a header that says where
  /// that stands.
  private Answer btfLayout() {
    var plain = ByteBuffer.wrap(bytes(INT)).order(ByteOrder.nativeOrder());
    var types = plain.getInt(12);
    var strings = plain.getInt(20);
    var header = 32;
    var layout = new byte[] {0, 0, 0, 0, 4, 0, 0, 0};
    var buffer =
        ByteBuffer.allocate(header + types + layout.length + strings)
            .order(ByteOrder.nativeOrder());
    buffer.putInt(plain.getInt()).putInt(header);
    buffer.putInt(0).putInt(types).putInt(types + layout.length).putInt(strings);
    buffer.putInt(types).putInt(layout.length);
    buffer.put(plain.slice(24, types)).put(layout).put(plain.slice(24 + types, strings));
    return Answer.of(btf(buffer.array()));
  }

  private Answer mmapableArrays() {
    return Answer.of(map(array(4).withFlags(MMAPABLE)));
  }

  private Answer expectedAttachType() {
    return Answer.of(
        program(
            load(ProgramType.CGROUP_SOCK, "", NOTHING).withAttachType(CGROUP_INET_SOCK_CREATE)));
  }

  private Answer probeReadKernel() {
    return program(
        ProgramType.TRACEPOINT,
        new Instruction.Move(Width.W64, Register.R1, Register.R10),
        new Instruction.Alu(AluOperation.ADD, Width.W64, Register.R1, new Immediate(-8)),
        set(Register.R2, 8),
        set(Register.R3, 0),
        call(PROBE_READ_KERNEL),
        EXIT);
  }

  private Answer programBindMap() {
    return with(
        map(array(32)),
        Answer.UNKNOWN,
        map ->
            with(
                program(load(ProgramType.SOCKET_FILTER, "", NOTHING)),
                Answer.UNKNOWN,
                program -> Answer.of(Bpf.progBindMap(program, map))));
  }

  /// The BTF of modules came together with names for BTF.
  private Answer moduleBtf() {
    var types = btf(bytes(INT));
    return with(
        types,
        Answer.of(types.errno()),
        fd -> Answer.of(BtfCommands.info(fd, true, new byte[0]).errno()));
  }

  /// A kernel that knows such links looks at the descriptor of the event first.
  private Answer perfLinks() {
    return with(
        program(load(ProgramType.TRACEPOINT, "", NOTHING)),
        Answer.UNKNOWN,
        program ->
            refusedWith(
                Errno.EBADF, Bpf.linkCreate(new LinkCreate.OnDescriptor(program, -1, PERF_EVENT))));
  }

  /// Whether a call that cannot succeed failed for the reason that shows that the kernel knows what
  /// is wanted.
  private static Answer refusedWith(int errno, Result result) {
    if (result.ok()) {
      result.fd().close();
      return Answer.NO;
    }
    return result.errno() == errno ? Answer.YES : Answer.of(result.errno());
  }

  private Answer coarseClock() {
    return program(ProgramType.SOCKET_FILTER, call(KTIME_GET_COARSE_NS), EXIT);
  }

  private Answer attachCookie() {
    return program(ProgramType.TRACEPOINT, call(GET_ATTACH_COOKIE), EXIT);
  }

  /// The kernel has a symbol that it would not have without wrappers; its perf unit for kprobes,
  /// which came with the same release, finds it. Without that unit it is among the symbols.
  private Answer syscallWrapper() {
    var prefix =
        switch (System.getProperty("os.arch")) {
          case "amd64", "x86_64" -> "__x64_";
          case "aarch64" -> "__arm64_";
          case "riscv64" -> "__riscv_";
          default -> "";
        };
    var unit = KprobeUnit.type();
    if (prefix.isEmpty()) {
      return Answer.NO;
    }
    var wrapper = prefix + "sys_bpf";
    if (unit.isEmpty()) {
      return Answer.of(!KernelSymbols.named(wrapper, "").isEmpty());
    }
    var event = Perf.openKprobe(unit.getAsInt(), 0, wrapper, 0);
    return event.errno() == Errno.EACCES ? Answer.UNKNOWN : Answer.of(event);
  }

  /// A kernel that has them looks for the function, which is none.
  private Answer kprobes(int attachType) {
    return with(
        program(load(ProgramType.KPROBE, "", NOTHING).withAttachType(attachType)),
        Answer.UNKNOWN,
        program ->
            refusedWith(
                Errno.ESRCH,
                Bpf.linkCreate(
                    new LinkCreate.KprobeMulti(
                        program,
                        attachType,
                        false,
                        List.of("ebpf4j no function"),
                        List.of(),
                        List.of()))));
  }

  /// A kernel that has them wants a file with code, which a directory is not. The first of them
  /// took a process for a thread; those look at the file before they see that there is no process
  /// of that number.
  private Answer uprobeMulti() {
    return with(
        program(load(ProgramType.KPROBE, "", NOTHING).withAttachType(TRACE_UPROBE_MULTI)),
        Answer.UNKNOWN,
        program -> {
          var known = refusedWith(Errno.EBADF, uprobe(program, 0));
          return known == Answer.YES ? refusedWith(Errno.EINVAL, uprobe(program, -1)) : known;
        });
  }

  private static Result uprobe(int program, int pid) {
    return Bpf.linkCreate(
        new LinkCreate.UprobeMulti(
            program, TRACE_UPROBE_MULTI, false, "/", List.of(0L), List.of(), List.of(), pid));
  }

  /// A global function whose parameter is a context by its tag alone calls a helper that wants one.
  private Answer contextTag() {
    var prototype = new BtfType.Prototype(1, List.of(new BtfType.Parameter("context", 2)));
    var types =
        btf(
            bytes(
                INT,
                new BtfType.Pointer(0),
                prototype,
                new BtfType.Function("main", 3, 1),
                prototype,
                new BtfType.Function("inner", 5, 1),
                new BtfType.DeclarationTag("arg:ctx", 6, 0)));
    var code =
        Instructions.assemble(new Instruction.Call.Subprogram(1), EXIT, call(GET_FUNC_IP), EXIT);
    var functions = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
    functions.putInt(0).putInt(4).putInt(2).putInt(6);
    return with(
        types,
        Answer.of(types.errno()),
        fd ->
            Answer.of(
                program(
                    load(ProgramType.KPROBE, "", code)
                        .withTypes(ProgramLoad.Types.of(fd, functions.array(), new byte[0])))));
  }

  /// An offset beyond the value of the map, and beyond what the verifier once took at all: what it
  /// says tells which of the two it objects to.
  private Answer wideOffsets() {
    return with(
        map(array(1)),
        Answer.UNKNOWN,
        map -> {
          var load =
              load(
                  ProgramType.SOCKET_FILTER,
                  "",
                  Instructions.assemble(valuePointer(map, 1 << 30), EXIT));
          var outcome = Bpf.progLoad(load, 1, LOG_SIZE);
          if (outcome.log().contains("direct value offset of")) {
            return Answer.NO;
          }
          return outcome.log().contains("invalid access to map value pointer")
              ? Answer.YES
              : Answer.UNKNOWN;
        });
  }
}
