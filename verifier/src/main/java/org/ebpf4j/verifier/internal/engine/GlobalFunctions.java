package org.ebpf4j.verifier.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.FunctionInfo;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// The functions of a program that are checked by themselves, for any arguments of their types.
final class GlobalFunctions {
  private static final int GLOBAL = 1;
  private static final int MOST_ARGUMENTS = 5;

  private final CheckedProgram program;
  private final @Nullable FunctionInfo[] infos;

  GlobalFunctions(CheckedProgram program, Code code) {
    this.program = program;
    infos = new @Nullable FunctionInfo[code.subprograms()];
    for (var info : program.functions()) {
      int index = info.slot() < code.size() ? code.subprogramAt(info.slot()) : -1;
      if (index >= 0) {
        infos[index] = info;
      }
    }
  }

  /// What a parameter is.
  enum Kind {
    NUMBER,
    CONTEXT,
    MEMORY,
    UNTRUSTED_MEMORY,
    OBJECT,
    DYNPTR,
    ARENA
  }

  /// A parameter.
  ///
  /// @param size bytes of memory that it points to
  /// @param type of an object, its type in the kernel's types
  record Parameter(Kind kind, boolean nullable, boolean trusted, int size, int type) {}

  /// Whether a subprogram is checked by itself.
  boolean isGlobal(int subprogram) {
    var types = program.types();
    var info = infos[subprogram];
    return subprogram > 0
        && info != null
        && types.isPresent()
        && types.get().type(info.type()) instanceof BtfType.Function function
        && function.linkage() == GLOBAL;
  }

  /// The name of a subprogram.
  String name(int subprogram) {
    var types = program.types();
    var info = infos[subprogram];
    return info == null || types.isEmpty() ? "" : types.get().name(info.type());
  }

  /// The parameters of a function that is checked by itself.
  List<Parameter> parameters(int subprogram) {
    var info = infos[subprogram];
    if (info == null) {
      throw refused("Global functions need valid BTF");
    }
    try {
      return parameters(program.types().orElseThrow(), info.type());
    } catch (MalformedObjectException e) {
      throw refused("Invalid type of function " + name(subprogram) + "()");
    }
  }

  private static Refusal refused(String message) {
    return new Refusal(Reason.TYPES, -1, message);
  }

  private List<Parameter> parameters(Btf btf, int id) {
    if (!(btf.type(id) instanceof BtfType.Function function)
        || !(btf.type(function.prototype()) instanceof BtfType.Prototype prototype)) {
      throw refused("Invalid type of a global function");
    }
    var name = function.name();
    if (prototype.parameters().size() > MOST_ARGUMENTS) {
      throw refused(
          "Global function "
              + name
              + "() with "
              + prototype.parameters().size()
              + " > 5 args. Buggy compiler.");
    }
    var result = btf.type(btf.resolve(prototype.result()));
    if (!(result instanceof BtfType.Int || result instanceof BtfType.Enum)) {
      throw refused(
          "Global function " + name + "() doesn't return scalar. Only those are supported.");
    }
    var found = new ArrayList<Parameter>();
    for (int i = 0; i < prototype.parameters().size(); i++) {
      found.add(parameter(btf, id, i, prototype.parameters().get(i).type(), name));
    }
    return found;
  }

  private Parameter parameter(Btf btf, int function, int index, int type, String name) {
    var tags = tags(btf, function, index);
    int id = btf.resolve(type);
    return switch (btf.type(id)) {
      case BtfType.Int _, BtfType.Enum _ -> {
        if (!tags.isEmpty()) {
          throw refused("arg#" + index + " has pointer tag, but is not a pointer type");
        }
        yield new Parameter(Kind.NUMBER, false, false, 0, 0);
      }
      case BtfType.Pointer pointer -> pointer(btf, index, pointer, tags);
      default -> throw refused("Arg#" + index + " in " + name + "() is not supported yet.");
    };
  }

  private Parameter pointer(Btf btf, int index, BtfType.Pointer pointer, List<String> tags) {
    int target = btf.resolve(pointer.target());
    if (tags.contains("arg:ctx") || isContext(btf.name(target), program.type())) {
      return new Parameter(Kind.CONTEXT, false, false, 0, 0);
    }
    if (btf.name(target).equals("bpf_dynptr")) {
      return new Parameter(Kind.DYNPTR, false, false, 0, 0);
    }
    boolean nullable = tags.contains("arg:nullable");
    if (tags.contains("arg:trusted") || tags.contains("arg:untrusted")) {
      var kernel = program.kernelTypes();
      if (tags.contains("arg:untrusted") && isPlain(btf, target)) {
        return new Parameter(Kind.UNTRUSTED_MEMORY, false, false, 0, 0);
      }
      int[] ids =
          kernel.isEmpty() ? new int[0] : kernel.get().ids(Btf.essentialName(btf.name(target)));
      if (ids.length == 0) {
        throw new Refusal(Reason.GAVE_UP, -1, "the kernel's types are needed");
      }
      return new Parameter(Kind.OBJECT, nullable, tags.contains("arg:trusted"), 0, ids[0]);
    }
    if (tags.contains("arg:arena")) {
      return new Parameter(Kind.ARENA, false, false, 0, 0);
    }
    if (nullable) {
      throw refused("arg#" + index + " has invalid combination of tags");
    }
    int size;
    try {
      size = Math.toIntExact(btf.size(target));
    } catch (MalformedObjectException | ArithmeticException e) {
      throw refused("arg#" + index + " reference type size cannot be determined");
    }
    if (btf.type(target) instanceof BtfType.Void
        || btf.type(target) instanceof BtfType.Forward
        || btf.type(target) instanceof BtfType.Prototype) {
      throw refused("arg#" + index + " reference type size cannot be determined");
    }
    return new Parameter(Kind.MEMORY, !tags.contains("arg:nonnull"), false, size, 0);
  }

  /// Whether a type is a number, or nothing that is said.
  private static boolean isPlain(Btf btf, int type) {
    return switch (btf.type(type)) {
      case BtfType.Void _, BtfType.Int _, BtfType.Enum _ -> true;
      default -> false;
    };
  }

  private static List<String> tags(Btf btf, int function, int index) {
    var found = new ArrayList<String>();
    for (int id = 1; id < btf.typeCount(); id++) {
      if (btf.kind(id) == org.ebpf4j.btf.Kind.DECLARATION_TAG
          && btf.type(id) instanceof BtfType.DeclarationTag tag
          && tag.target() == function
          && tag.component() == index
          && tag.value().startsWith("arg:")) {
        found.add(tag.value());
      }
    }
    return found;
  }

  /// Whether a struct is what the kernel calls the context of programs of a type.
  private static boolean isContext(String struct, ProgramType type) {
    return switch (type) {
      case SOCKET_FILTER,
          SCHED_CLS,
          SCHED_ACT,
          CGROUP_SKB,
          LWT_IN,
          LWT_OUT,
          LWT_XMIT,
          LWT_SEG6LOCAL,
          SK_SKB,
          FLOW_DISSECTOR ->
          struct.equals("__sk_buff");
      case XDP -> struct.equals("xdp_md");
      case CGROUP_SOCK -> struct.equals("bpf_sock");
      case CGROUP_SOCK_ADDR -> struct.equals("bpf_sock_addr");
      case SOCK_OPS -> struct.equals("bpf_sock_ops");
      case CGROUP_DEVICE -> struct.equals("bpf_cgroup_dev_ctx");
      case SK_MSG -> struct.equals("sk_msg_md");
      case KPROBE -> struct.equals("bpf_user_pt_regs_t") || struct.equals("pt_regs");
      case PERF_EVENT -> struct.equals("bpf_perf_event_data");
      case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> struct.equals("bpf_raw_tracepoint_args");
      case SK_REUSEPORT -> struct.equals("sk_reuseport_md");
      case CGROUP_SYSCTL -> struct.equals("bpf_sysctl");
      case CGROUP_SOCKOPT -> struct.equals("bpf_sockopt");
      case SK_LOOKUP -> struct.equals("bpf_sk_lookup");
      case NETFILTER -> struct.equals("bpf_nf_ctx");
      case TRACEPOINT, LIRC_MODE2, TRACING, STRUCT_OPS, EXT, LSM, SYSCALL -> false;
    };
  }
}
