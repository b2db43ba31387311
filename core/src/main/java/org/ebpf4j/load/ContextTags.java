package org.ebpf4j.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.DeclarationTag;
import org.ebpf4j.btf.BtfType.Function;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.btf.BtfType.Prototype;
import org.ebpf4j.btf.FunctionInfo;
import org.ebpf4j.btf.Kind;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// What stands for the tag `arg:ctx` on kernels before 6.8, which do not know it. The tag says that
/// a parameter of a global function is the context of the program. Without it, a kernel wants a
/// pointer to the struct by which the context of that type of programs goes. As programs of several
/// types may call one function, each program gets a type of its own for it.
final class ContextTags {
  private static final String TAG = "arg:ctx";
  private static final int GLOBAL = 1;

  /// A kernel takes no function that has more parameters.
  private static final int MOST_PARAMETERS = 12;

  private final Btf types;
  private final String registers;
  private final BtfBuilder result;
  private final Map<Integer, List<Integer>> tags = new HashMap<>();

  private ContextTags(Btf types, String registers) {
    this.types = types;
    this.registers = registers;
    this.result = BtfBuilder.copyOf(types);
    for (var id : types.ids(TAG)) {
      if (types.kind(id) == Kind.DECLARATION_TAG) {
        tags.computeIfAbsent(types.sizeOrType(id), _ -> new ArrayList<>()).add(id);
      }
    }
  }

  /// Whether an object has such tags.
  static boolean areIn(ObjectSpec spec) {
    return spec.types().isPresent()
        && Arrays.stream(spec.types().get().ids(TAG))
            .anyMatch(id -> spec.types().get().kind(id) == Kind.DECLARATION_TAG);
  }

  /// The same object, where the functions that have such tags and belong to a program that `wanted`
  /// picks have the parameters that a kernel wants that does not know the tag. Types are added at
  /// the end.
  ///
  /// @param registers the struct that `bpf_user_pt_regs_t` is on the machine
  static ObjectSpec replace(ObjectSpec spec, String registers, Predicate<ProgramSpec> wanted) {
    if (!areIn(spec)) {
      return spec;
    }
    var tags = new ContextTags(spec.types().orElseThrow(), registers);
    var changed =
        spec.withEachProgram(program -> wanted.test(program) ? tags.replace(program) : program);
    return changed.withTypes(tags.result.build());
  }

  /// A function type of one program's own.
  private record Copy(int function, int prototype, List<Parameter> parameters) {}

  private ProgramSpec replace(ProgramSpec program) {
    var type = program.type().orElse(null);
    var context = type == null ? null : struct(type).orElse(null);
    if (type == null || context == null) {
      return program;
    }
    var copies = new HashMap<Integer, Copy>();
    var pointer = 0;
    for (var id : tagsOf(program)) {
      if (!(types.type(id) instanceof DeclarationTag tag)
          || !(types.type(tag.target()) instanceof Function function)
          || function.linkage() != GLOBAL
          || !(types.type(function.prototype()) instanceof Prototype prototype)
          || prototype.parameters().size() > MOST_PARAMETERS
          || tag.component() < 0
          || tag.component() >= prototype.parameters().size()
          || !isOther(prototype.parameters().get(tag.component()).type(), type, context)) {
        continue;
      }
      var copy = copies.computeIfAbsent(tag.target(), _ -> copy(function, prototype));
      if (pointer == 0) {
        var struct = result.add(new BtfType.Struct(context, 0, false, List.of()));
        pointer = result.add(new BtfType.Pointer(struct));
      }
      result.add(new DeclarationTag(TAG, copy.function(), tag.component()));
      var name = copy.parameters().get(tag.component()).name();
      copy.parameters().set(tag.component(), new Parameter(name, pointer));
      result.set(copy.prototype(), new Prototype(prototype.result(), copy.parameters()));
    }
    return copies.isEmpty() ? program : program.withFunctions(named(program.functions(), copies));
  }

  /// The tags on functions of a program, in ascending order.
  private List<Integer> tagsOf(ProgramSpec program) {
    return program.functions().stream()
        .map(FunctionInfo::type)
        .distinct()
        .flatMap(function -> tags.getOrDefault(function, List.of()).stream())
        .sorted()
        .toList();
  }

  private Copy copy(Function function, Prototype prototype) {
    var id = result.add(prototype);
    return new Copy(
        result.add(new Function(function.name(), id, function.linkage())),
        id,
        new ArrayList<>(prototype.parameters()));
  }

  private static List<FunctionInfo> named(List<FunctionInfo> functions, Map<Integer, Copy> copies) {
    return functions.stream()
        .map(f -> {
          var copy = copies.get(f.type());
          return copy == null ? f : new FunctionInfo(f.slot(), copy.function());
        })
        .toList();
  }

  /// Whether a parameter is of a type that the kernel does not take for the context, but may stand
  /// for it. What may not is left as it is, for the kernel to refuse.
  private boolean isOther(int parameter, ProgramType program, String context) {
    if (!(types.type(types.resolve(parameter)) instanceof BtfType.Pointer pointer)) {
      return false;
    }
    return switch (types.type(types.resolve(pointer.target()))) {
      case BtfType.Void _ -> true;
      case BtfType.Struct struct ->
          !struct.union()
              && ((program == ProgramType.KPROBE && struct.name().equals("pt_regs"))
                  || (program == ProgramType.PERF_EVENT && struct.name().equals(registers)))
              && !struct.name().equals(context);
      case BtfType.Int number ->
          number.size() == 8
              && (program == ProgramType.RAW_TRACEPOINT
                  || program == ProgramType.RAW_TRACEPOINT_WRITABLE);
      default -> false;
    };
  }

  /// The struct by which the context of programs of a type goes; empty where there is none.
  private static Optional<String> struct(ProgramType type) {
    return switch (type) {
      case CGROUP_SKB,
          FLOW_DISSECTOR,
          LWT_IN,
          LWT_OUT,
          LWT_SEG6LOCAL,
          LWT_XMIT,
          SCHED_ACT,
          SCHED_CLS,
          SK_SKB,
          SOCKET_FILTER ->
          Optional.of("__sk_buff");
      case CGROUP_DEVICE -> Optional.of("bpf_cgroup_dev_ctx");
      case CGROUP_SOCK -> Optional.of("bpf_sock");
      case CGROUP_SOCK_ADDR -> Optional.of("bpf_sock_addr");
      case CGROUP_SOCKOPT -> Optional.of("bpf_sockopt");
      case CGROUP_SYSCTL -> Optional.of("bpf_sysctl");
      case KPROBE -> Optional.of("bpf_user_pt_regs_t");
      case NETFILTER -> Optional.of("bpf_nf_ctx");
      case PERF_EVENT -> Optional.of("bpf_perf_event_data");
      case RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> Optional.of("bpf_raw_tracepoint_args");
      case SK_LOOKUP -> Optional.of("bpf_sk_lookup");
      case SK_MSG -> Optional.of("sk_msg_md");
      case SK_REUSEPORT -> Optional.of("sk_reuseport_md");
      case SOCK_OPS -> Optional.of("bpf_sock_ops");
      case XDP -> Optional.of("xdp_md");
      case TRACEPOINT, LIRC_MODE2, TRACING, STRUCT_OPS, EXT, LSM, SYSCALL -> Optional.empty();
    };
  }
}
