package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.verifier.internal.rule.StructWalk;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// Loads from objects of the kernel, and of the program's own, by their types.
final class ObjectAccess {
  private final Walk walk;

  ObjectAccess(Walk walk) {
    this.walk = walk;
  }

  void check(MemoryCheck.Access access, Reg reg, int offset, @Nullable Reg target) {
    int base = access.base();
    var btf = reg.btf;
    if (btf == null) {
      throw new Refusal(Reason.GAVE_UP, base, "an object of a type that is not known");
    }
    var name = btf.name(reg.btfType);
    boolean own = reg.has(Reg.ALLOCATED);
    if (!walk.program().gpl() && !own) {
      throw new Refusal(
          Reason.PERMISSION,
          base,
          "Cannot access kernel 'struct " + name + "' from non-GPL compatible program");
    }
    if (!reg.isConstant()) {
      throw field(base, "R" + base + " is ptr_" + name + " invalid variable offset: off=" + offset);
    }
    int at = offset + (int) reg.constant();
    if (at < 0) {
      throw field(base, "R" + base + " is ptr_" + name + " invalid negative access: off=" + at);
    }
    if (reg.has(Reg.USER)) {
      throw field(base, "R" + base + " is ptr_" + name + " access user memory: off=" + at);
    }
    if (reg.has(Reg.PER_CPU)) {
      throw field(base, "R" + base + " is ptr_" + name + " access percpu memory: off=" + at);
    }
    if (access.write()) {
      write(access, reg, at, own);
    } else {
      read(access, reg, at, target);
    }
  }

  private static Refusal field(int register, String message) {
    return new Refusal(
        Reason.FIELD,
        register,
        message,
        "",
        "read the field by its name, so that it is relocated to the kernel's layout");
  }

  private void write(MemoryCheck.Access access, Reg reg, int at, boolean own) {
    if (!own) {
      if (walk.allowsObjectWrite(reg, at, access.size())) {
        return;
      }
      throw new Refusal(Reason.PERMISSION, access.base(), "only read is supported");
    }
    if (!reg.has(Reg.NON_OWNING) && reg.referenceId == 0 && !reg.has(Reg.RCU)) {
      throw new Refusal(
          Reason.REFERENCE, access.base(), "allocated object must be referenced to be written");
    }
    own(access, reg, at, null);
  }

  /// An object that the program allocated: its special fields are not accessed.
  private void own(MemoryCheck.Access access, Reg reg, int at, @Nullable Reg target) {
    var btf = reg.btf;
    if (btf == null) {
      throw new Refusal(Reason.GAVE_UP, access.base(), "an object of a type that is not known");
    }
    for (var special : walk.specialFields(btf, reg.btfType)) {
      if (at < special.offset() + special.size() && special.offset() < at + access.size()) {
        throw new Refusal(
            Reason.PERMISSION,
            access.base(),
            "direct access to " + special.kind().label() + " is disallowed");
      }
    }
    if (at + access.size() > btf.size(reg.btfType)) {
      throw beyond(access, reg, at);
    }
    if (target != null) {
      target.markUnknown();
    }
  }

  private static Refusal beyond(MemoryCheck.Access access, Reg reg, int at) {
    var btf = reg.btf;
    return field(
        access.base(),
        "access beyond struct "
            + (btf == null ? "" : btf.name(reg.btfType))
            + " at off "
            + at
            + " size "
            + access.size());
  }

  private void read(MemoryCheck.Access access, Reg reg, int at, @Nullable Reg target) {
    if (reg.has(Reg.ALLOCATED)) {
      own(access, reg, at, target);
      return;
    }
    var btf = reg.btf;
    if (btf == null) {
      throw new Refusal(Reason.GAVE_UP, access.base(), "an object of a type that is not known");
    }
    switch (StructWalk.find(btf, reg.btfType, at, access.size())) {
      case StructWalk.Number _ -> {
        if (target != null) {
          target.markUnknown();
        }
      }
      case StructWalk.Beyond(var message) -> throw field(access.base(), message);
      case StructWalk.Pointer pointer -> {
        if (target != null) {
          point(reg, pointer, target);
        }
      }
    }
  }

  /// A pointer that was read from an object is trusted no more than the object is.
  private void point(Reg reg, StructWalk.Pointer pointer, Reg target) {
    int flags = walk.trust(reg, pointer);
    var btf = reg.btf;
    target.markPointer(RegisterKind.BTF_OBJECT);
    target.btf = btf;
    target.btfType = pointer.type();
    target.flags = flags;
    if (target.mayBeNull()) {
      target.id = walk.newId();
    }
  }

  /// A load from a map itself, as from a structure of the kernel.
  void map(MemoryCheck.Access access, Reg reg, int offset, @Nullable Reg target) {
    if (access.write()) {
      throw new Refusal(
          Reason.PERMISSION,
          access.base(),
          "only read from "
              + (reg.map == null ? "bpf_map" : MapStructs.of(reg.map.type()))
              + " is supported");
    }
    if (offset < 0 || reg.map == null) {
      throw field(
          access.base(),
          "R"
              + access.base()
              + " is "
              + (reg.map == null ? "bpf_map" : MapStructs.of(reg.map.type()))
              + " invalid negative access: off="
              + offset);
    }
    var types =
        walk.program()
            .kernelTypes()
            .orElseThrow(
                () -> new Refusal(Reason.GAVE_UP, access.base(), "the kernel's types are needed"));
    int struct = struct(types, MapStructs.of(reg.map.type()));
    if (struct == 0) {
      throw new Refusal(
          Reason.GAVE_UP, access.base(), "the kernel's types do not have the struct of the map");
    }
    if (StructWalk.find(types, struct, offset, access.size())
        instanceof StructWalk.Beyond(var message)) {
      throw field(access.base(), message);
    }
    if (target != null) {
      target.markUnknown();
    }
  }

  private static int struct(org.ebpf4j.btf.Btf types, String name) {
    for (int id : types.ids(name)) {
      if (types.type(id) instanceof org.ebpf4j.btf.BtfType.Struct) {
        return id;
      }
    }
    return 0;
  }
}
