package org.ebpf4j.linux.internal.probe;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Width;
import org.ebpf4j.linux.internal.host.KernelBtf;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.BtfCommands;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.linux.internal.sys.ProgramLoad;
import org.ebpf4j.linux.internal.sys.Result;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.object.MapType;
import org.jspecify.annotations.Nullable;

/// The smallest program and the smallest map of each type, tried. Nothing is attached, and nothing
/// stays.
public final class TypeAttempts {
  private static final int LOG_SIZE = 8192;
  private static final int SLEEPABLE = 1 << 4;
  private static final int NO_PREALLOC = 1;
  private static final int MMAPABLE = 1 << 10;
  private static final int PAGE = 4096;

  /// What came of an attempt.
  ///
  /// @param errno the error number, or 0
  /// @param log what the verifier said
  public record Attempt(int errno, String log) {}

  static final byte[] NOTHING =
      Instructions.assemble(
              new Instruction.Move(Width.W64, Register.R0, new Immediate(0)),
              new Instruction.Exit())
          .toBytes(ByteOrder.nativeOrder());

  private TypeAttempts() {}

  /// A program of a type, for the place that most of them are for.
  public static Attempt load(ProgramType type) {
    return switch (type) {
      case SYSCALL -> load(type, null, 0, SLEEPABLE);
      case TRACING -> onFunction(type, AttachType.TRACE_ITER, "bpf_iter_task");
      case LSM -> onFunction(type, AttachType.LSM_MAC, "bpf_lsm_file_open");
      // They want a struct, or another program: that the kernel gets so far as to say so is enough.
      case STRUCT_OPS, EXT -> known(load(type, null, 1, 0));
      default -> load(type, usualPlace(type).orElse(null), 0, 0);
    };
  }

  /// What programs of a type are usually loaded for, where they are not loaded without.
  static Optional<AttachType> usualPlace(ProgramType type) {
    return switch (type) {
      case CGROUP_SOCK_ADDR -> Optional.of(AttachType.CGROUP_INET4_CONNECT);
      case CGROUP_SOCKOPT -> Optional.of(AttachType.CGROUP_GETSOCKOPT);
      case SK_LOOKUP -> Optional.of(AttachType.SK_LOOKUP);
      case NETFILTER -> Optional.of(AttachType.NETFILTER);
      default -> Optional.empty();
    };
  }

  private static Attempt known(Attempt attempt) {
    return attempt.log().contains("attach_btf_id")
            || attempt.log().contains("another program")
            || attempt.log().contains("replace kernel functions")
            || attempt.log().contains("supported struct")
        ? new Attempt(0, attempt.log())
        : attempt;
  }

  /// A program for a function of the kernel.
  public static Attempt onFunction(ProgramType type, AttachType place, String function) {
    var id = function(function);
    return id.isEmpty()
        ? new Attempt(Errno.ENOENT, "the kernel's types have no function " + function)
        : load(type, place, id.get(), 0);
  }

  /// A function of the kernel, by its type.
  static Optional<Integer> function(String name) {
    return types()
        .flatMap(types ->
            Arrays.stream(types.ids(name))
                .filter(id -> types.type(id) instanceof BtfType.Function)
                .boxed()
                .findFirst());
  }

  /// A member of a structure of the kernel.
  record Member(int structure, int index) {}

  static Optional<Member> member(String structure, String name) {
    var types = types();
    if (types.isEmpty()) {
      return Optional.empty();
    }
    for (int id : types.get().ids(structure)) {
      if (types.get().type(id) instanceof BtfType.Struct struct) {
        for (int i = 0; i < struct.members().size(); i++) {
          if (struct.members().get(i).name().equals(name)) {
            return Optional.of(new Member(id, i));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Btf> types() {
    try {
      return Optional.of(KernelBtf.running());
    } catch (BpfException _) {
      return Optional.empty();
    }
  }

  private static Attempt load(ProgramType type, @Nullable AttachType place, int target, int flags) {
    var load =
        new ProgramLoad(
            type.number(),
            NOTHING,
            "GPL",
            "try_type",
            KernelRelease.versionCode(),
            flags,
            place == null ? 0 : place.number(),
            ProgramLoad.Types.NONE,
            new ProgramLoad.Target(target, 0),
            new int[0],
            0);
    var outcome = Bpf.progLoad(load, 1, LOG_SIZE);
    if (outcome.result().errno() == Errno.EPERM && Memlock.lift()) {
      outcome = Bpf.progLoad(load, 1, LOG_SIZE);
    }
    if (outcome.result().ok()) {
      outcome.result().fd().close();
    }
    return new Attempt(outcome.result().errno(), outcome.log());
  }

  /// A map of a type.
  public static Attempt create(MapType type) {
    var number = type.number();
    return switch (type) {
      case STACK_TRACE -> create(MapCreate.of(number, 4, 8, 1, ""));
      case LPM_TRIE -> create(MapCreate.of(number, 8, 8, 1, "").withFlags(NO_PREALLOC));
      case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE -> create(MapCreate.of(number, 16, 8, 0, ""));
      case QUEUE, STACK, BLOOM_FILTER -> create(MapCreate.of(number, 0, 4, 1, ""));
      case RINGBUF, USER_RINGBUF -> create(MapCreate.of(number, 0, 0, PAGE, ""));
      case ARENA -> create(MapCreate.of(number, 0, 0, 1, "").withFlags(MMAPABLE));
      case INSN_ARRAY -> create(MapCreate.of(number, 4, 16, 1, ""));
      case SK_STORAGE, INODE_STORAGE, TASK_STORAGE, CGRP_STORAGE ->
          storage(MapCreate.of(number, 4, 4, 0, "").withFlags(NO_PREALLOC));
      case ARRAY_OF_MAPS, HASH_OF_MAPS -> ofMaps(MapCreate.of(number, 4, 4, 1, ""));
      case STRUCT_OPS -> structOps(MapCreate.of(number, 4, 4, 1, ""));
      default -> create(MapCreate.of(number, 4, 4, 1, ""));
    };
  }

  private static Attempt create(MapCreate map) {
    var result = Bpf.mapCreate(map);
    if (result.errno() == Errno.EPERM && Memlock.lift()) {
      result = Bpf.mapCreate(map);
    }
    return attempt(result);
  }

  private static Attempt attempt(Result result) {
    if (result.ok()) {
      result.fd().close();
    }
    return new Attempt(result.errno(), "");
  }

  private static Attempt storage(MapCreate map) {
    var builder = BtfBuilder.empty(ByteOrder.nativeOrder());
    builder.add(new BtfType.Int("int", 4, 1, 0, 32));
    var types = BtfCommands.load(builder.toBytes(), 0, 0, 0).result();
    if (!types.ok()) {
      return attempt(types);
    }
    try (var fd = types.fd()) {
      return create(map.withTypes(MapCreate.Types.of(fd.number(), 1, 1)));
    }
  }

  private static Attempt ofMaps(MapCreate map) {
    var inner = Bpf.mapCreate(MapCreate.of(MapType.ARRAY.number(), 4, 4, 1, ""));
    if (!inner.ok()) {
      return attempt(inner);
    }
    try (var fd = inner.fd()) {
      return create(
          new MapCreate(
              map.type(),
              map.keySize(),
              map.valueSize(),
              map.maxEntries(),
              0,
              fd.number(),
              0,
              "",
              0,
              MapCreate.Types.NONE,
              0,
              Bytes.EMPTY));
    }
  }

  /// It wants a struct of the kernel. That the kernel refuses one that is none with `ENOTSUPP` says
  /// that it knows the type.
  private static Attempt structOps(MapCreate map) {
    var attempt = create(map.withTypes(new MapCreate.Types(0, 0, 0, 1, 0)));
    return attempt.errno() == Errno.ENOTSUPP ? new Attempt(0, "") : attempt;
  }
}
