package org.ebpf4j.linux.internal.probe;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ProgramLoad;

/// Which helpers programs of a type may call, found by trying: a program is loaded that does
/// nothing but call one. Types whose programs are made for something of the kernel are tried for
/// what each kernel has.
public final class HelperTypes {
  private static final int LOG_SIZE = 4096;

  /// What a program is made for.
  ///
  /// @param place the number of the expected attach type, or the member of a structure
  /// @param target a type of the kernel, or 0
  record Home(int place, int target) {}

  private final ProgramType type;
  private final List<Home> homes;

  private HelperTypes(ProgramType type, List<Home> homes) {
    this.type = type;
    this.homes = homes;
  }

  /// Those of programs of a type, as this kernel and the privileges of this process have it.
  public static HelperTypes of(ProgramType type) {
    return new HelperTypes(type, homes(type));
  }

  private static List<Home> homes(ProgramType type) {
    return switch (type) {
      // A program that takes the place of another may call what that may.
      case EXT -> List.of();
      case TRACING ->
          loadable(
              type,
              function(AttachType.TRACE_ITER, "bpf_iter_task"),
              function(AttachType.TRACE_FENTRY, "vfs_fallocate"),
              function(AttachType.TRACE_FEXIT, "vfs_fallocate"));
      case LSM -> loadable(type, function(AttachType.LSM_MAC, "bpf_lsm_file_open"));
      case STRUCT_OPS ->
          loadable(
              type,
              TypeAttempts.member("tcp_congestion_ops", "ssthresh")
                  .map(m -> new Home(m.index(), m.structure())));
      default ->
          List.of(new Home(TypeAttempts.usualPlace(type).map(AttachType::number).orElse(0), 0));
    };
  }

  private static Optional<Home> function(AttachType place, String name) {
    return TypeAttempts.function(name).map(id -> new Home(place.number(), id));
  }

  @SafeVarargs
  private static List<Home> loadable(ProgramType type, Optional<Home>... homes) {
    var found = new ArrayList<Home>();
    for (var home : homes) {
      if (home.isPresent() && load(type, home.get(), TypeAttempts.NOTHING).result().ok()) {
        found.add(home.get());
      }
    }
    return found;
  }

  /// The types whose programs may call a helper.
  ///
  /// @param helper the number of the helper
  public static List<ProgramType> thatMayCall(int helper) {
    var types = new ArrayList<ProgramType>();
    for (var type : ProgramType.values()) {
      if (of(type).mayCall(helper)) {
        types.add(type);
      }
    }
    return types;
  }

  /// Why it cannot be told which helpers programs of this type may call; empty where it can.
  public Optional<String> unknown() {
    if (!homes.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        type == ProgramType.EXT
            ? "they are those of the program that it takes the place of"
            : "no program of this type could be loaded to try");
  }

  /// Whether programs of this type may call a helper.
  ///
  /// @param helper the number of the helper
  public boolean mayCall(int helper) {
    var code =
        Instructions.assemble(new Instruction.Call.Helper(helper), new Instruction.Exit())
            .toBytes(ByteOrder.nativeOrder());
    for (var home : homes) {
      var outcome = load(type, home, code);
      if (outcome.result().ok() || isAllowed(outcome.log())) {
        return true;
      }
    }
    return false;
  }

  /// Loads a program, and lets it go.
  private static ProgramLoad.Outcome load(ProgramType type, Home home, byte[] code) {
    var load =
        ProgramLoad.of(type.number(), code, "GPL", "try_helper")
            .withAttachType(home.place)
            .withTarget(new ProgramLoad.Target(home.target, 0));
    var outcome = Bpf.progLoad(load, 1, LOG_SIZE);
    if (outcome.result().ok()) {
      outcome.result().fd().close();
    }
    return outcome;
  }

  /// Whether the verifier came to the call and has nothing against it; it looks at the arguments
  /// after that.
  static boolean isAllowed(String log) {
    return log.contains("0: (85) call ")
        && !log.contains("unknown func")
        && !log.contains("invalid func")
        && !log.contains("cannot use helper")
        && !log.contains("is not allowed");
  }
}
