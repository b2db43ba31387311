package org.ebpf4j.vm.internal.memory;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Member;

/// Types for objects that bring none. Programs know some contexts without BTF, as their layout is
/// fixed: the registers of x86-64, and what programs on perf events are given. A task without any
/// types has its ids and its name.
///
/// @see <a href="https://github.com/torvalds/linux/blob/v6.18/arch/x86/include/asm/ptrace.h">
///   arch/x86/include/asm/ptrace.h</a>
public final class BuiltinTypes {
  /// The registers, in the order of `struct pt_regs`.
  private static final List<String> REGISTERS =
      List.of(
          "r15", "r14", "r13", "r12", "bp", "bx", "r11", "r10", "r9", "r8", "ax", "cx", "dx", "si",
          "di", "orig_ax", "ip", "cs", "flags", "sp", "ss");

  private static final int NAME_SIZE = 16;

  private static final Btf TYPES = build();

  private BuiltinTypes() {}

  /// The types.
  public static Btf get() {
    return TYPES;
  }

  private static Btf build() {
    var builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    var u64 = builder.add(new BtfType.Int("unsigned long", 8, 0, 0, 64));
    var members = new ArrayList<Member>();
    for (var name : REGISTERS) {
      members.add(new Member(name, u64, 64L * members.size(), 0));
    }
    var size = 8L * members.size();
    var registers = builder.add(new BtfType.Struct("pt_regs", size, false, members));
    builder.add(
        new BtfType.Struct(
            "bpf_perf_event_data",
            size + 16,
            false,
            List.of(
                new Member("regs", registers, 0, 0),
                new Member("sample_period", u64, 8 * size, 0),
                new Member("addr", u64, 8 * size + 64, 0))));
    var number = builder.add(new BtfType.Int("int", 4, 1, 0, 32));
    var character = builder.add(new BtfType.Int("char", 1, 1, 0, 8));
    var name = builder.add(new BtfType.Array(character, number, NAME_SIZE));
    builder.add(
        new BtfType.Struct(
            "task_struct",
            8 + NAME_SIZE,
            false,
            List.of(
                new Member("pid", number, 0, 0),
                new Member("tgid", number, 32, 0),
                new Member("comm", name, 64, 0))));
    builder.add(
        new BtfType.Struct(
            "bpf_iter_meta",
            24,
            false,
            List.of(
                new Member("seq", u64, 0, 0),
                new Member("session_id", u64, 64, 0),
                new Member("seq_num", u64, 128, 0))));
    return builder.build();
  }
}
