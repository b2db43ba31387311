package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.insn.AtomicOperation;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.verifier.input.VerifierFeature;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Atomic instructions.
final class AtomicCheck {
  private final Walk walk;
  private final MemoryCheck memory;

  AtomicCheck(Walk walk, MemoryCheck memory) {
    this.walk = walk;
    this.memory = memory;
  }

  void check(Instruction.Atomic one) {
    int base = one.base().number();
    int register = one.register().number();
    int size = one.size().bytes();
    AtomicOperation operation = one.operation();
    switch (operation) {
      case LOAD_ACQUIRE -> {
        requireOrdered();
        walk.requireSet(base);
        walk.requireWritable(register);
        requireKind(base, "loads from");
        access(one, base, size, false, register);
      }
      case STORE_RELEASE -> {
        requireOrdered();
        walk.requireSet(register);
        walk.requireSet(base);
        requireKind(base, "stores into");
        access(one, base, size, true, register);
      }
      case ADD, OR, AND, XOR, FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR, XCHG, CMPXCHG ->
          modify(one, operation, base, register, size);
    }
  }

  private void requireOrdered() {
    if (!walk.rules().has(VerifierFeature.ORDERED_ACCESS)) {
      throw new Refusal(Reason.MALFORMED, -1, "BPF_ATOMIC uses invalid atomic opcode");
    }
  }

  private void modify(
      Instruction.Atomic one, AtomicOperation operation, int base, int register, int size) {
    walk.requireSet(register);
    walk.requireSet(base);
    if (operation == AtomicOperation.CMPXCHG) {
      walk.requireSet(0);
    }
    requireKind(base, "stores into");
    int target =
        switch (operation) {
          case CMPXCHG -> 0;
          case FETCH_ADD, FETCH_OR, FETCH_AND, FETCH_XOR, XCHG -> register;
          case ADD, OR, AND, XOR, LOAD_ACQUIRE, STORE_RELEASE -> -1;
        };
    if (target >= 0) {
      walk.requireWritable(target);
    }
    access(one, base, size, false, -1);
    if (target >= 0 && target != base) {
      access(one, base, size, false, target);
    } else if (target >= 0) {
      // The base is overwritten, so what it pointed to is checked before.
      access(one, base, size, true, -1);
      walk.reg(target).markUnknown();
      StackCheck.cut(walk.reg(target), size, false);
      return;
    }
    access(one, base, size, true, -1);
  }

  private void access(Instruction.Atomic one, int base, int size, boolean write, int value) {
    memory.check(new MemoryCheck.Access(base, one.offset(), size, write, value, null, false, true));
  }

  private void requireKind(int base, String what) {
    var reg = walk.reg(base);
    boolean refused =
        switch (reg.kind) {
          case CONTEXT,
              PACKET,
              PACKET_META,
              FLOW_KEYS,
              SOCKET,
              SOCKET_COMMON,
              TCP_SOCKET,
              XDP_SOCKET ->
              true;
          case UNSET,
              SCALAR,
              MAP,
              MAP_VALUE,
              MAP_KEY,
              STACK,
              PACKET_END,
              TP_BUFFER,
              BTF_OBJECT,
              MEMORY,
              ARENA,
              BUFFER,
              FUNCTION,
              INSTRUCTION,
              DYNPTR ->
              false;
        };
    if (refused) {
      throw new Refusal(
          Reason.PERMISSION,
          base,
          "BPF_ATOMIC " + what + " R" + base + " " + RegisterText.kind(reg) + " is not allowed");
    }
    if (reg.kind == RegisterKind.UNSET) {
      throw new Refusal(Reason.UNINITIALIZED, base, "R" + base + " !read_ok");
    }
  }
}
