package org.ebpf4j.verifier.internal.table;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.load.ProgramTarget;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.internal.rule.ContextField;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.jspecify.annotations.Nullable;

/// The arguments of the function or tracepoint that a program is attached to, by the types of the
/// kernel (`btf_ctx_access` in `kernel/bpf/btf.c`).
final class TypedArguments {
  private static final String TRACE = "btf_trace_";
  private static final int SMALL = 8;

  /// Linux 6.2.
  private static final int TRUSTED_SINCE = 6 << 8 | 2;

  /// Linux 6.13, and stable versions before it.
  private static final int NULLS_SINCE = 6 << 8 | 12;

  /// Hooks of LSM whose arguments are half made (`untrusted_lsm_hooks`).
  private static final Set<String> HALF_MADE =
      Set.of(
          "bpf_lsm_bpf_map_free",
          "bpf_lsm_bpf_prog_free",
          "bpf_lsm_file_alloc_security",
          "bpf_lsm_file_free_security",
          "bpf_lsm_sk_alloc_security",
          "bpf_lsm_sk_free_security",
          "bpf_lsm_task_free",
          "bpf_lsm_bdev_alloc_security",
          "bpf_lsm_bdev_free_security");

  /// Iterators whose objects the kernel vouches for.
  private static final Set<String> TRUSTED_ITERATORS =
      Set.of(
          "bpf_iter_cgroup",
          "bpf_iter_kmem_cache",
          "bpf_iter_task",
          "bpf_iter_bpf_map",
          "bpf_iter_tcp",
          "bpf_iter_udp");

  /// Iterators whose values are bytes.
  private static final Set<String> VALUE_ITERATORS =
      Set.of("bpf_iter_bpf_map_elem", "bpf_iter_bpf_sk_storage_map", "bpf_iter_sockmap");

  private final ProgramType type;
  private final @Nullable AttachType attachType;
  private final @Nullable Btf types;
  private final String name;
  private final BtfType.@Nullable Prototype prototype;
  private final boolean tracepoint;

  private TypedArguments(
      CheckedProgram program,
      @Nullable Btf types,
      String name,
      BtfType.@Nullable Prototype prototype,
      boolean tracepoint) {
    this.type = program.type();
    this.attachType = program.attachType().orElse(null);
    this.types = types;
    this.name = name;
    this.prototype = prototype;
    this.tracepoint = tracepoint;
  }

  static TypedArguments of(CheckedProgram program) {
    var types = program.kernelTypes().orElse(null);
    if (types == null
        || !(program.target() instanceof ProgramTarget.OfKernel(int id, String module))
        || !module.isEmpty()
        || id <= 0
        || id >= types.typeCount()) {
      return new TypedArguments(program, types, "", null, false);
    }
    return switch (types.type(id)) {
      case BtfType.Function function
          when types.type(function.prototype()) instanceof BtfType.Prototype found ->
          new TypedArguments(program, types, function.name(), found, false);
      case BtfType.Typedef typedef
          when typedef.name().startsWith(TRACE)
              && types.type(types.resolve(typedef.target())) instanceof BtfType.Pointer(int target)
              && types.type(types.resolve(target)) instanceof BtfType.Prototype found ->
          new TypedArguments(program, types, typedef.name(), found, true);
      default -> new TypedArguments(program, types, "", null, false);
    };
  }

  /// Whether it is known what the program is attached to.
  boolean isKnown() {
    return prototype != null;
  }

  /// The name of the function, or of the type of the tracepoint.
  String name() {
    return name;
  }

  /// Whether the function returns nothing.
  boolean isVoid() {
    return prototype != null && prototype.result() == 0;
  }

  /// Whether the function returns a pointer.
  boolean returnsPointer() {
    return types != null
        && prototype != null
        && types.type(types.resolve(prototype.result())) instanceof BtfType.Pointer;
  }

  /// A structure of the kernel that the kernel vouches for.
  ContextField object(String structure) {
    if (types != null) {
      for (int id : types.ids(structure)) {
        if (types.type(id) instanceof BtfType.Struct) {
          return pointer(id, Reg.TRUSTED);
        }
      }
    }
    return new ContextField.Unknown("the types of the kernel are not known");
  }

  private ContextField pointer(int id, int flags) {
    return new ContextField.Pointer(
        RegisterKind.BTF_OBJECT, flags, 0, Optional.ofNullable(types), id, false);
  }

  private List<BtfType.Parameter> parameters(BtfType.Prototype from) {
    var all = from.parameters();
    return tracepoint ? all.subList(Math.min(1, all.size()), all.size()) : all;
  }

  /// What is at an offset of the array of arguments.
  ContextField argument(int offset, int size, int version) {
    var known = prototype;
    var all = types;
    if (known == null || all == null) {
      return new ContextField.Unknown("what the program is attached to is not known");
    }
    if (offset % SMALL != 0) {
      return new ContextField.Refused(
          "func '" + shortName() + "' offset " + offset + " is not multiple of 8");
    }
    int index = offset / SMALL;
    var parameters = parameters(known);
    if (index < parameters.size()) {
      var parameter = parameters.get(index);
      return typed(all, parameter.type(), parameter.name(), index, size, version);
    }
    if (index > parameters.size() || !returnsSeen()) {
      return new ContextField.Refused(
          "func '" + shortName() + "' doesn't have " + (index + 1) + "-th argument");
    }
    if (attachType == AttachType.LSM_MAC && version >= NULLS_SINCE && known.result() != 0) {
      return Results.truth(name)
          ? new ContextField.Ranged(0, 1)
          : new ContextField.Ranged(-4095, 0);
    }
    return typed(all, known.result(), "", index, size, version);
  }

  private String shortName() {
    return tracepoint ? name.substring(TRACE.length()) : name;
  }

  private boolean returnsSeen() {
    return switch (attachType) {
      case TRACE_FEXIT, TRACE_FSESSION, MODIFY_RETURN, LSM_MAC, LSM_CGROUP -> true;
      case null, default -> false;
    };
  }

  private ContextField typed(
      Btf all, int type, String parameter, int index, int size, int version) {
    int id = all.resolve(type);
    return switch (all.type(id)) {
      case BtfType.Int number when number.size() <= SMALL -> new ContextField.Number(size);
      case BtfType.Enum _, BtfType.Struct _ -> new ContextField.Number(size);
      case BtfType.Pointer(int target) -> {
        if (size != SMALL) {
          yield new ContextField.Refused("func '" + shortName() + "' size " + size + " must be 8");
        }
        yield pointee(all, target, parameter, index, version);
      }
      default -> {
        yield new ContextField.Refused(
            "func '" + shortName() + "' arg" + index + " has a type that is not read");
      }
    };
  }

  private ContextField pointee(Btf all, int target, String parameter, int index, int version) {
    int tags = 0;
    int id = target;
    while (all.type(id) instanceof BtfType.TypeTag tag) {
      tags |=
          switch (tag.value()) {
            case "user" -> Reg.USER;
            case "percpu" -> Reg.PER_CPU;
            default -> 0;
          };
      id = tag.target();
    }
    id = all.resolve(id);
    var iterator = attachType == AttachType.TRACE_ITER && index > 0;
    if (iterator && VALUE_ITERATORS.contains(name) && !(all.type(id) instanceof BtfType.Struct)) {
      int only = index == 1 || parameter.equals("key") ? Reg.READ_ONLY : 0;
      return new ContextField.Pointer(
          RegisterKind.BUFFER, Reg.MAYBE_NULL | only, 0, Optional.empty(), 0, false);
    }
    if (!(all.type(id) instanceof BtfType.Struct)) {
      // Of a type that is only declared, or no struct: the address is a number.
      return new ContextField.Number(SMALL);
    }
    int flags = tags;
    if (iterator) {
      flags |= Reg.MAYBE_NULL;
      flags |= TRUSTED_ITERATORS.contains(name) && version >= TRUSTED_SINCE ? Reg.TRUSTED : 0;
      return pointer(id, flags);
    }
    if (trusted() && version >= TRUSTED_SINCE) {
      flags |= Reg.TRUSTED;
    }
    if (parameter.endsWith("__nullable")) {
      flags |= Reg.MAYBE_NULL;
    }
    if (attachType == AttachType.TRACE_RAW_TP && version >= NULLS_SINCE) {
      long mask = TracepointNulls.mask(shortName()) >>> (4 * index);
      if ((mask & 2) != 0) {
        return new ContextField.Number(SMALL);
      }
      flags |= (mask & 1) != 0 ? Reg.MAYBE_NULL : 0;
    }
    return pointer(id, flags);
  }

  private boolean trusted() {
    return switch (type) {
      case TRACING -> attachType == AttachType.TRACE_RAW_TP || attachType == AttachType.TRACE_ITER;
      case LSM -> !HALF_MADE.contains(name);
      case STRUCT_OPS -> true;
      default -> false;
    };
  }
}
