package org.ebpf4j.verifier.internal.call;

import java.util.Optional;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.rule.SpecialField;
import org.ebpf4j.verifier.internal.rule.SpecialField.Kind;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Pointers to objects of the kernel or of the program that are kept in values of maps
/// (`check_map_kptr_access` and `process_kptr_func` in `kernel/bpf/verifier.c`).
final class KernelPointers {
  /// Structs of the kernel that stay while RCU is locked (`rcu_protected_types`), which are also
  /// those whose pointers maps can own.
  private static final Set<String> UNDER_RCU =
      Set.of("cgroup", "bpf_cpumask", "task_struct", "bpf_crypto_ctx");

  /// `BTF_FIELDS_MAX`: of a type with more, the kernel knows none.
  private static final int MOST_FIELDS = 11;

  private KernelPointers() {}

  /// What a pointer in a map points to.
  ///
  /// @param own whether it is an object that programs allocate
  private record Target(Btf types, int type, boolean own) {}

  private static Target target(Walk walk, SpecialField field) {
    var own =
        walk.program()
            .types()
            .orElseThrow(() -> new Refusal(Reason.TYPES, -1, "the types of the map are needed"));
    var name = own.name(field.type());
    var kernel = walk.program().kernelTypes().orElse(null);
    if (kernel == null) {
      throw new Refusal(
          Reason.GAVE_UP, -1, "whether the kernel has a struct " + name + " is not known");
    }
    var found = struct(kernel, name);
    if (found.isPresent()) {
      return new Target(kernel, found.get(), false);
    }
    if (!walk.rules().atLeast(6, 2) || !(own.type(field.type()) instanceof BtfType.Struct)) {
      throw new Refusal(Reason.TYPES, -1, "the kernel has no struct " + name);
    }
    return new Target(own, field.type(), true);
  }

  private static Optional<Integer> struct(Btf types, String name) {
    for (int id : types.ids(name)) {
      if (types.type(id) instanceof BtfType.Struct) {
        return Optional.of(id);
      }
    }
    return Optional.empty();
  }

  /// The field that the first argument of `bpf_kptr_xchg` points to.
  static SpecialField destination(Walk walk, int register) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.MAP_VALUE) {
      throw new Refusal(
          Reason.GAVE_UP, register, "pointers in objects of programs are not followed here");
    }
    var map = reg.requireMap();
    if (walk.program().types().isEmpty() || map.valueType() == 0) {
      throw new Refusal(
          Reason.CALL,
          register,
          "map '%s' has to have BTF in order to use bpf_kptr_xchg".formatted(map.name()));
    }
    if (!reg.isConstant()) {
      throw new Refusal(
          Reason.CALL,
          register,
          "R%d doesn't have constant offset. kptr has to be at the constant offset"
              .formatted(register));
    }
    long at = reg.off + reg.constant();
    var fields = walk.specialFields(map).stream().filter(f -> f.kind().isPointer()).toList();
    if (fields.isEmpty() || walk.specialFields(map).size() > MOST_FIELDS) {
      throw new Refusal(Reason.CALL, register, "R" + register + " has no valid kptr");
    }
    var field =
        fields.stream()
            .filter(f -> f.offset() == at)
            .findFirst()
            .orElseThrow(() ->
                new Refusal(Reason.CALL, register, "off=%d doesn't point to kptr".formatted(at)));
    return switch (field.kind()) {
      case POINTER -> field;
      case PER_CPU_POINTER ->
          throw new Refusal(
              Reason.GAVE_UP, register, "pointers to per-CPU objects are not followed here");
      default ->
          throw new Refusal(
              Reason.CALL, register, "off=%d kptr isn't referenced kptr".formatted(at));
    };
  }

  /// What is put into a map has the type of the field, and is an object that can be kept.
  static void match(Walk walk, int register, SpecialField field) {
    var reg = walk.reg(register);
    var target = target(walk, field);
    var types = reg.btf;
    int allowed =
        Reg.MAYBE_NULL
            | (target.own() ? Reg.ALLOCATED : Reg.TRUSTED | Reg.RCU)
            | (field.kind() == Kind.UNTRUSTED_POINTER && !target.own() ? Reg.UNTRUSTED : 0);
    var fits =
        reg.kind == RegisterKind.BTF_OBJECT
            && types != null
            && (reg.flags & ~allowed) == 0
            && types.equals(target.types())
            && (!target.own() || reg.has(Reg.ALLOCATED));
    if (fits && types != null) {
      if (!reg.isConstant() || reg.off + reg.constant() < 0) {
        throw new Refusal(
            Reason.POINTER_ARITHMETIC,
            register,
            "variable offset of a pointer that is put into a map");
      }
      long at = reg.off + reg.constant();
      if (field.kind() == Kind.UNTRUSTED_POINTER && !target.own()) {
        fits = Objects.isA(types, reg.btfType, at, types.name(target.type()), false);
      } else {
        fits = at == 0 && types.resolve(reg.btfType) == types.resolve(target.type());
      }
    }
    if (!fits) {
      throw new Refusal(
          Reason.TYPES,
          register,
          "invalid kptr access, R%d type=%s%s expected=ptr_%s"
              .formatted(
                  register,
                  Arguments.text(reg),
                  types == null ? "" : types.name(types.resolve(reg.btfType)),
                  target.types().name(target.type())));
    }
    if (field.kind() == Kind.POINTER && !target.own()) {
      requireOwnable(target);
    }
  }

  private static void requireOwnable(Target target) {
    var name = target.types().name(target.type());
    if (!UNDER_RCU.contains(name)) {
      throw new Refusal(
          Reason.GAVE_UP, -1, "whether a map can own a struct " + name + " is not known");
    }
  }

  /// What `bpf_kptr_xchg` gives: what was in the map before, which may be null.
  static void exchanged(Walk walk, Reg reg, SpecialField field) {
    var target = target(walk, field);
    reg.markPointer(RegisterKind.BTF_OBJECT);
    reg.btf = target.types();
    reg.btfType = target.type();
    reg.flags = Reg.MAYBE_NULL | (target.own() ? Reg.ALLOCATED : 0);
    reg.referenceId = Held.acquire(walk);
    reg.id = reg.referenceId;
  }

  /// What a load of the pointer gives.
  static void load(Walk walk, Reg reg, SpecialField field) {
    if (field.kind() == Kind.PER_CPU_POINTER || field.kind() == Kind.USER_POINTER) {
      throw new Refusal(
          Reason.GAVE_UP, -1, "loads of a " + field.kind().label() + " are not followed here");
    }
    var target = target(walk, field);
    reg.markPointer(RegisterKind.BTF_OBJECT);
    reg.btf = target.types();
    reg.btfType = target.type();
    reg.flags = Reg.MAYBE_NULL;
    var stays =
        field.kind() == Kind.POINTER
            && (target.own() || UNDER_RCU.contains(target.types().name(target.type())));
    if (stays && Trust.isUnderRcu(walk) && walk.rules().atLeast(6, 3)) {
      reg.flags |= Reg.RCU | (target.own() ? Reg.ALLOCATED : 0);
      var node =
          target.own()
              && walk.specialFields(target.types(), target.type()).stream()
                  .anyMatch(f -> f.kind() == Kind.LIST_NODE || f.kind() == Kind.RB_NODE);
      reg.flags |= node ? Reg.NON_OWNING : 0;
    } else {
      reg.flags |= Reg.UNTRUSTED;
    }
    reg.id = walk.newId();
  }
}
