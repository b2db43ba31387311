package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.object.MapType;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Loads of what is known when the program is loaded: numbers, maps, functions, variables of the
/// kernel; and the old loads from packets.
final class Constants {
  private static final int FARTHEST = 1 << 29;

  private final Walk walk;

  Constants(Walk walk) {
    this.walk = walk;
  }

  void load(Instruction.LoadImmediate64 load, int at) {
    int target = load.dst().number();
    walk.requireWritable(target);
    var reg = walk.reg(target);
    switch (load.pseudo()) {
      case 0 -> reg.markKnown(load.value());
      case Opcode.PSEUDO_FUNC -> function(reg, at + 1 + load.low());
      case Opcode.PSEUDO_BTF_ID -> variable(reg, load);
      case Opcode.PSEUDO_MAP_FD,
          Opcode.PSEUDO_MAP_VALUE,
          Opcode.PSEUDO_MAP_IDX,
          Opcode.PSEUDO_MAP_IDX_VALUE ->
          map(reg, at);
      default -> throw new Refusal(Reason.MALFORMED, -1, "unrecognized bpf_ld_imm64 insn");
    }
  }

  private void function(Reg reg, int slot) {
    int subprogram = walk.code().subprogramAt(slot);
    if (walk.program().functions().isEmpty() || walk.program().types().isEmpty()) {
      throw new Refusal(Reason.TYPES, -1, "missing btf func_info");
    }
    if (walk.isGlobal(subprogram)) {
      throw new Refusal(Reason.CALL, -1, "callback function not static");
    }
    reg.markPointer(RegisterKind.FUNCTION);
    reg.frame = subprogram;
  }

  private void map(Reg reg, int at) {
    var use = walk.program().maps().get(at);
    if (use == null) {
      throw new Refusal(Reason.GAVE_UP, -1, "it is not known which map is loaded");
    }
    var map = use.map();
    if (!use.value()) {
      reg.markPointer(RegisterKind.MAP);
      reg.map = map;
      return;
    }
    if (map.type() == MapType.ARENA.number()) {
      reg.markUnknown();
      return;
    }
    if (map.type() != MapType.ARRAY.number() || map.maxEntries() != 1) {
      throw new Refusal(Reason.CALL, -1, "no direct value access support for this map type");
    }
    if (Integer.compareUnsigned(use.offset(), FARTHEST) >= 0) {
      throw new Refusal(
          Reason.BOUNDS,
          -1,
          "direct value offset of " + Integer.toUnsignedString(use.offset()) + " is not allowed");
    }
    if (use.offset() >= map.valueSize()) {
      throw new Refusal(
          Reason.BOUNDS,
          -1,
          "invalid access to map value pointer, value_size="
              + map.valueSize()
              + " off="
              + use.offset());
    }
    walk.pointToValue(reg, map, 0, false);
    reg.off = use.offset();
    // There is one value, so that its lock is the same by whatever register.
    reg.id = 0;
  }

  private void variable(Reg reg, Instruction.LoadImmediate64 load) {
    var types = walk.program().kernelTypes();
    if (types.isEmpty() || load.high() != 0) {
      throw new Refusal(Reason.GAVE_UP, -1, "the types of the variable are needed");
    }
    var btf = types.get();
    int id = load.low();
    if (id == 0) {
      // A kernel that has its functions by name.
      throw new Refusal(Reason.GAVE_UP, -1, "which function or variable is loaded is not known");
    }
    if (id < 0 || id >= btf.typeCount()) {
      throw new Refusal(Reason.TYPES, -1, "ldimm64 insn specifies invalid btf_id " + id);
    }
    if (btf.type(id) instanceof BtfType.Function) {
      reg.markPointer(RegisterKind.MEMORY);
      reg.flags = Reg.READ_ONLY;
      return;
    }
    if (!(btf.type(id) instanceof BtfType.Variable variable)) {
      throw new Refusal(
          Reason.TYPES, -1, "pseudo btf_id " + id + " in ldimm64 isn't KIND_VAR or KIND_FUNC");
    }
    int type = btf.resolve(variable.type());
    boolean perCpu = isPerCpu(btf, id);
    if (perCpu || btf.type(type) instanceof BtfType.Struct) {
      reg.markPointer(RegisterKind.BTF_OBJECT);
      reg.btf = btf;
      reg.btfType = type;
      reg.flags = perCpu ? Reg.PER_CPU : 0;
    } else {
      reg.markPointer(RegisterKind.MEMORY);
      reg.flags = Reg.READ_ONLY;
      reg.memorySize = (int) btf.size(type);
    }
  }

  private static boolean isPerCpu(Btf btf, int variable) {
    for (int section : btf.ids(".data..percpu")) {
      if (btf.type(section) instanceof BtfType.DataSection data
          && data.variables().stream().anyMatch(v -> v.variable() == variable)) {
        return true;
      }
    }
    return false;
  }

  void packet(Instruction.LoadPacket load, ExitCheck exits) {
    var type = walk.program().type();
    if (type != ProgramType.SOCKET_FILTER
        && type != ProgramType.SCHED_CLS
        && type != ProgramType.SCHED_ACT) {
      throw new Refusal(
          Reason.CALL, -1, "BPF_LD_[ABS|IND] instructions not allowed for this program type");
    }
    walk.requireSet(6);
    if (walk.state().references.activeLocks > 0) {
      throw new Refusal(
          Reason.SECTION, -1, "BPF_LD_[ABS|IND] cannot be used inside bpf_spin_lock-ed region");
    }
    for (int i = 1; i <= walk.state().depth; i++) {
      if (walk.state().frame(i).inCallback) {
        throw new Refusal(Reason.CALL, -1, "cannot use BPF_LD_[ABS|IND] within callback");
      }
    }
    if (walk.state().current().subprogram != 0) {
      // Where nothing is there to load, the function returns at once.
      throw new Refusal(Reason.GAVE_UP, -1, "loads from packets in functions are not followed");
    }
    exits.heldAtImplicitExit();
    var context = walk.reg(6);
    if (context.kind != RegisterKind.CONTEXT) {
      throw new Refusal(Reason.CALL, 6, "at the time of BPF_LD_ABS|IND R6 != pointer to skb");
    }
    if (context.off != 0 || !context.isConstant() || context.constant() != 0) {
      throw new Refusal(Reason.CALL, 6, "dereference of modified ctx ptr R6 disallowed");
    }
    if (load instanceof Instruction.LoadPacket.Indirect indirect) {
      walk.requireSet(indirect.index().number());
    }
    walk.clearCallerSaved();
    walk.reg(0).markUnknown();
  }
}
