package org.ebpf4j.error;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.ebpf4j.error.VerifierLog.Subject;

/// What to try when the verifier says no: a sentence for each kind of fault, found by the line that
/// tells it. The first row that matches wins.
final class VerifierAdvice {
  /// A row. What it comes to is made of the match and of what the fault is about.
  private record Advice(Pattern pattern, BiFunction<MatchResult, Subject, String> text) {}

  private static final String LOCK_REGION =
      "call it before the lock is taken or after it is given back, and keep the result in a variable";

  private static final List<Advice> TABLE =
      List.of(
          // Pointers that may be null.
          row(
              "(mem access|arithmetic on) '?\\w+_or_null",
              (_, s) ->
                  "compare the result of "
                      + s.origin().orElse("the call that gave this pointer")
                      + " with null before using it: if (!pointer) return 0;"),
          row(
              "Possibly NULL pointer passed|R\\d+ type=\\w+_or_null expected=|pointer type .* NULL",
              (_, s) ->
                  s.called().orElse("the function called")
                      + " takes no null: compare the pointer with null before the call: if (!pointer) return 0;"),
          // Who may call what.
          row(
              "GPL-restricted function|non-GPL compatible|(have|has) a GPL compatible license",
              (_, s) ->
                  "give the object a license that is compatible with the GPL, as "
                      + s.called().orElse("this program")
                      + " wants one: char _license[] SEC(\"license\") = \"GPL\";"),
          row(
              "invalid func unknown#",
              "this kernel has no helper of that number, it is older: look before the call with"
                  + " bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_NAME)"),
          row(
              "(?:cannot use helper|unknown func) (\\w+)#",
              (m, _) ->
                  "use another helper, or another type of program: this one may not call "
                      + m.group(1)
                      + " (some helpers also want a newer kernel, or one that is not locked down)"),
          row(
              "calling kernel function (\\w+) is not allowed",
              (m, _) ->
                  "use a program of another type: not every type, nor every hook, may call the kernel function "
                      + m.group(1)),
          row(
              "(call might sleep|sleepable (helper|kfunc)|kernel func \\S+ is sleepable).* (in|within|while) .*(rcu|irq|IRQ|preempt|atomic|lock)",
              (_, s) ->
                  s.called().orElse("the function")
                      + " may sleep: call it outside of the section that holds a lock, or has RCU, preemption or interrupts switched off"),
          row(
              "call might sleep|call is not allowed in probe|must be sleepable to call|sleepable .*non-sleepable",
              (_, s) ->
                  s.called().filter(c -> c.startsWith("bpf_copy_from_user")).isPresent()
                      ? "use bpf_probe_read_user, which does not sleep, or a sleepable program: a section with .s, such as"
                          + " fentry.s/, lsm.s/ or uprobe.s/"
                      : "make the program sleepable, as "
                          + s.called().orElse("the function called")
                          + " may sleep: a section with .s, such as fentry.s/, lsm.s/, iter.s/ or uprobe.s/, or one for syscall"),
          row("function calls are not allowed while holding a lock", LOCK_REGION),
          row(
              "can ?not be called (while holding a lock|under a? ?lock)|while holding a lock",
              LOCK_REGION),
          row(
              "bpf_spin_unlock is missing|bpf_(res_)?spin_lock-ed region|would lead to lock leak",
              "give the lock back on every path: bpf_spin_unlock before each return"),
          row(
              "bpf_rcu_read_unlock is missing|bpf_rcu_read_lock-ed region",
              "end the RCU section on every path: bpf_rcu_read_unlock before each return"),
          row(
              "bpf_preempt_enable is missing|bpf_preempt_disable-ed region|enable preemption",
              "switch preemption on again on every path: bpf_preempt_enable before each return"),
          row(
              "bpf_local_irq_(save-ed region|restore is missing)",
              "switch interrupts on again on every path: bpf_local_irq_restore before each return"),
          row(
              "Locking two bpf_spin_locks",
              "hold one bpf_spin_lock at a time: give the first back before taking the second"),
          row(
              "bpf_spin_unlock (without|of different)",
              "call bpf_spin_lock and bpf_spin_unlock on the same lock, in this order, on every path"),
          row(
              "doesn't have constant offset\\. bpf_(spin_lock|timer|wq)|bpf_(spin_lock|timer|wq|dynptr|list_\\w+|rb_\\w+) cannot be accessed directly",
              "use it through its helpers only, at a constant place in the value of the map"),
          row(
              "(?:has to have BTF|doesn't have 'struct|is not a struct type)",
              "give the map a struct as its value by __type(value, struct …), with the bpf_spin_lock, bpf_timer or pointer in it, and compile with -g"),
          // Registers and the stack.
          row(
              "R0 !read_ok",
              "let the function return a value on every path: r0 is read at its end and nothing was written to it"),
          row(
              "R([1-5]) !read_ok",
              "give the variable a value on every path to this line; in assembly, a call leaves r1 to r5 unwritten: keep values in r6 to r9"),
          row(
              "!read_ok",
              "give the variable a value on every path to this line: nothing was written to the register"),
          row("frame pointer is read only", "leave r10 alone: copy it into another register first"),
          row(
              "invalid (indirect )?(read from|access to) stack .*\\+|invalid (indirect )?read from stack",
              "give all bytes of the variable a value first, padding included: struct x value = {}; or __builtin_memset"),
          row(
              "combined stack size|tail_calls are not allowed when call stack|[Ss]tack.*[Tt]oo large",
              "keep large variables in a map, such as a per-CPU array with one entry: a program and the functions it calls have 512 bytes of stack together"),
          row(
              "unbounded variable-offset .*stack|variable-offset .*stack|variable stack access|var_off=.*stack|stack.*var_off=",
              "compare the index with the size of the array on the stack first, as an unsigned number: if (i >= sizeof(array)) return 0;"),
          row(
              "invalid write to stack|invalid stack (off|type)|stack R\\d+ off=",
              "stay within the variable: it is on the stack, which has 512 bytes below r10; keep larger data in a map"),
          row(
              "cannot return stack pointer|cannot spill pointers to stack",
              "give results back by value: the stack of a function ends with it"),
          row(
              "corrupt spilled pointer|invalid size of register (spill|fill)|partial copy of pointer|leaking pointer from stack",
              "copy pointers whole, as 8 bytes: a part of one was written or read"),
          row(
              "misaligned .*access",
              "read it with __builtin_memcpy into a variable, or put it where a multiple of its size is: without __attribute__((packed)), or padded"),
          // Programs that do not end, or are too large.
          row(
              "back-edge from insn",
              "use bpf_loop (5.17), bpf_for (6.4) or #pragma unroll: this kernel, or a process without CAP_BPF, takes no loops"),
          row(
              "infinite loop detected",
              "let the loop end after a constant number of rounds: for (int i = 0; i < 100; i++); or use bpf_loop (5.17) or bpf_for (6.4)"),
          row(
              "BPF program is too large|too many insns|exceeds? .* insns|program is too (big|large)",
              "let loops have fewer rounds, or use bpf_loop (5.17) or bpf_for (6.4), whose body is verified once; or split the program by tail calls"),
          row(
              "sequence of \\d+ jumps is too complex|too many (states|jumps)",
              "have fewer branches on the way: move parts into global functions, which are verified once, or split the program by tail calls"),
          row(
              "unreachable insn",
              "take out the code that nothing leads to: it is behind an end (assembly, a function that never returns) or behind a loop without one"),
          row(
              "jump out of range|invalid BPF_LD_IMM insn|call to invalid destination|jump into the middle",
              "compile the file again: the instructions jump or call out of the program, as if it were cut off"),
          row(
              "last insn is not an exit or jmp|no program starts at insn",
              "end the function with a return: it is missing, or code was cut off"),
          row(
              "recursive call|call stack of \\d+ frames is too deep",
              "have functions call each other neither in a circle nor more than 8 deep"),
          row(
              "unknown opcode|uses reserved fields|invalid BPF_\\w+ (opcode|mode)|invalid atomic|unrecognized bpf_ld_imm64|JIT does ?n.t support",
              "compile for an older instruction set, such as -mcpu=v3 or -mcpu=v2: this kernel does not know the instruction"),
          row("div by zero", "divide by something that is not the constant 0"),
          row("invalid shift", "shift by less than the width of the number: 32 or 64"),
          // Accesses.
          row(
              "invalid access to packet, off=(-?\\d+) size=(\\d+)",
              (m, _) ->
                  "compare the end of this access with the end of the packet first: if (data + "
                      + (Long.parseLong(m.group(1)) + Long.parseLong(m.group(2)))
                      + " > data_end) return 0;"),
          row(
              "offset is outside of the packet",
              "compare the pointer with data_end after the offset was added, and the offset with a constant before"),
          row(
              "invalid zero-sized read",
              "let the size be more than 0: if (size == 0) return 0; before the call"),
          row(
              "use 'var &= const'|min value is negative, either use unsigned or",
              "bound the size before the call, in an unsigned variable: if (size > sizeof(buffer)) return 0;"),
          row(
              "invalid access to (?:map (?:value|key)|memory).* off=(-?\\d+) size=(\\d+)",
              (m, s) ->
                  "compare the index with the number of elements first: "
                      + s.object().orElse("the memory ends there")
                      + ", and this access reaches byte "
                      + (Long.parseLong(m.group(1)) + Long.parseLong(m.group(2)))),
          row(
              "unbounded memory access|outside of the allowed memory range|min value is negative|unbounded min value|pointer be out of bounds|pointer offset -?\\d+ is not allowed|pointer and -?\\d+ is not allowed",
              (_, s) ->
                  "compare the index with the number of elements first, as an unsigned number: if (i >= N) return 0;"
                      + s.object().map(o -> " (" + o + ")").orElse("")),
          row(
              "write into map forbidden",
              (_, s) ->
                  "make it a variable without const, or set it before the object is loaded (--set): programs only read "
                      + s.object()
                          .map(o ->
                              o.replaceFirst("^a value of ", "").replaceFirst(" ha(s|ve) .*", ""))
                          .orElse("this map")),
          row(
              "read from map forbidden",
              "take the flag BPF_F_WRONLY_PROG from the map: programs may not read it"),
          row(
              "cannot write into packet",
              "use a helper such as bpf_skb_store_bytes: programs of this type may not write to packets"),
          row(
              "cannot write into|only read (from \\S+ )?is supported|is read.?only",
              "copy it into a variable and change that: this memory is the kernel's, which programs change by helpers and kernel functions only"),
          row(
              "invalid bpf_context access off=(\\d+) size=(\\d+)",
              (m, _) ->
                  "read fields by their names in the struct of the context, with the width that they have there: programs of this type have none of "
                      + m.group(2)
                      + " bytes at offset "
                      + m.group(1)),
          row(
              "dereference of modified ctx|modified ctx ptr|variable ctx access",
              "read fields at constant offsets from the context that the program was given, not from a pointer that was calculated"),
          row(
              "doesn't have \\d+-th argument",
              "take as many arguments as the kernel's function has (its prototype: ebpf4j btf dump)"),
          row(
              "invalid mem access '(scalar|inv)'",
              "read it with bpf_probe_read_kernel (bpf_probe_read_user for a process' memory, BPF_CORE_READ for fields): to the verifier it is a number, not a pointer"),
          row(
              "access beyond (struct|the end of)|is ptr_\\S+ (invalid|access)|cannot access ptr member",
              "read fields of the kernel's structs by their names, with preserve_access_index, or with BPF_CORE_READ"),
          row(
              "invalid mem access|invalid .* buffer access|invalid variable buffer",
              "access only what the pointer leads to: the kind of this pointer allows no such access"),
          // Arithmetic on pointers.
          row(
              "pointer \\+= pointer|pointer \\S+ pointer prohibited",
              "add numbers to pointers, not pointers: subtract one from the other first, where both lead into the packet"),
          row(
              "(arithmetic|bitwise) (?:with )?.*operator.*prohibited|unsupported alu operation|32-bit pointer arithmetic",
              "calculate with a number first, in 64 bits, and then add it to the pointer: pointers are only added to and subtracted from"),
          row(
              "pointer arithmetic|subtract pointer from scalar|subtraction from stack pointer",
              "use the pointer as it was given: nothing may be added to one of this kind"),
          row(
              "pointer comparison prohibited",
              "compare pointers with null, or those into a packet with data_end; others may not be compared"),
          row(
              "same insn cannot be used with different pointers",
              "access the memory within each branch: this instruction is reached with pointers of different kinds"),
          // References.
          row(
              "[Uu]nreleased reference|reference leak|tail_call would lead to",
              (_, s) ->
                  "give it back on every path to the end: "
                      + s.origin().map(VerifierAdvice::release).orElse("call what releases it")),
          row(
              "must be referenced|is an unacquired reference|release .*(unowned|reference has not been acquired)|must be (a )?(rcu|trusted)|trusted or rcu|R\\d+ must be .*trusted|is untrusted",
              "pass a pointer that the kernel vouches for: an argument of the hook (BPF_PROG), or what an acquiring function such as bpf_task_from_pid gave, compared with null"),
          // Arguments.
          row(
              "is not a known constant|must be a (known )?constant",
              "pass a constant: the compiler must know the value"),
          row(
              "cannot pass map_type (\\d+) into func (\\w+)",
              (m, _) -> "use a map of another type: " + m.group(2) + " does not work on this one"),
          row(
              "expected pointer to ctx|type=\\S+ expected=ctx",
              (_, s) ->
                  "pass the context that the program was given to "
                      + s.called().orElse("the function")),
          row(
              "[Ee]xpected an? (?:un)?initialized (\\w+)|Dynptr has to be|cannot overwrite referenced dynptr|initialized iter",
              "begin and end it in order, on every path: bpf_dynptr_from_…, bpf_iter_…_new first, and no second time before it is released"),
          row(
              "R(\\d+) type=(\\S+) expected=([\\w, ]+)",
              (m, s) ->
                  "pass "
                      + kind(m.group(3).strip())
                      + " as argument "
                      + m.group(1)
                      + " of "
                      + s.called().orElse("the function called")
                      + ", not "
                      + kind(m.group(2))),
          row(
              "is of type \\S+ but \\S+ is expected|pointer type .* must point to|arg#\\d+ ",
              (_, s) ->
                  "pass what "
                      + s.called().orElse("the function called")
                      + " takes (its prototype: ebpf4j btf dump)"),
          row(
              "[Gg]lobal function|[Cc]aller passes invalid args|func#\\d+ (args|does)|doesn't return scalar",
              "make the function static, or let it take numbers, the context and pointers to memory with sizes only, and return a number"),
          row(
              "At program exit the register R0|At async callback|R0 not a scalar|should have been in",
              "return a number in the range that the line names: what programs of this type and hook return has a meaning to the kernel"),
          row(
              "leaks addr|leak pointer",
              "keep the kernel's addresses in the program, or give the process CAP_PERFMON: without, they may not get out"),
          // Tail calls, callbacks, kinds of maps.
          row(
              "tail_calls? (are|is) not allowed|mixing of tail_calls",
              "make tail calls from the program itself, not from a function of it, or have the functions inlined (__always_inline)"),
          row(
              "preallocated hash map|only use preallocated",
              "take the flag BPF_F_NO_PREALLOC from the map: programs of this type may run where memory cannot be had"),
          row(
              "[Ss]leepable programs can only use|sleepable.*map",
              "use an array, a hash, a ring buffer or local storage in a sleepable program"),
          row(
              "progs? cannot use (\\S+) yet|cannot use bpf_(spin_lock|timer|list_head)",
              "use that part of the map in a program of another type: those of this type may not"),
          row(
              "not pointing to valid bpf_map|maps per program has reached|too many maps",
              "use no more than 64 maps in a program, and keep them open until it is loaded"),
          row(
              "map_ptr access|direct value access|associated arena|addr_space_cast",
              "reach the map by its helpers, or the arena by a map of type arena that the program refers to"),
          row(
              "callback function not|is not marked as callback|callback .*not allowed",
              "pass a static function of the same file as the callback, with the parameters that the helper names"),
          // Targets and types.
          row(
              "attach_btf_id|is not modifiable|is not sleepable|btf_trace|[Cc]annot (replace|extend|recursively attach)|Subprog \\S+ doesn't exist|attach to unsupported member|is not a function|denied by|func_proto",
              "attach to another function: the kernel allows no program of this type at this one"),
          row(
              "line_info|func_info|func#\\d+ .*BTF|malformed|BTF",
              "compile the file again with -g, by one compiler: its types and lines do not match its instructions"),
          row(
              "unpriv|!root|CAP_(BPF|PERFMON|SYS_ADMIN)|prohibited for",
              "run as root, or with CAP_BPF and CAP_PERFMON: without them programs may do less"),
          row(
              "verifier (internal )?(error|bug)|verifier BUG|BUG |INVARIANTS|misconfigured",
              "report it to the makers of the kernel with the log (--log), or try other flags of the compiler (-O1, -mcpu=v2): the verifier itself is at fault"));

  private VerifierAdvice() {}

  private static Advice row(String pattern, String text) {
    return row(pattern, (_, _) -> text);
  }

  private static Advice row(String pattern, BiFunction<MatchResult, Subject, String> text) {
    return new Advice(Pattern.compile(pattern), text);
  }

  /// What the verifier's name of a kind of value stands for.
  private static String kind(String name) {
    if (name.contains(", ")) {
      return name.contains("map_value") || name.contains("mem")
          ? "a pointer to memory (the stack, a packet, the value of a map)"
          : "one of " + name;
    }
    return switch (name) {
      case "map_ptr" -> "a map";
      case "ctx" -> "the context";
      case "fp" -> "a pointer to the stack";
      case "scalar", "inv" -> "a number";
      case "map_value" -> "a pointer to the value of a map";
      case "pkt" -> "a pointer into the packet";
      case "mem" -> "a pointer to memory";
      case "sock", "sock_common", "tcp_sock" -> "a socket";
      case "const_map_ptr" -> "a constant map";
      default -> name;
    };
  }

  /// What to call for what a function acquired.
  private static String release(String acquired) {
    if (acquired.startsWith("bpf_iter_") && acquired.endsWith("_new")) {
      return acquired.substring(0, acquired.length() - "new".length()) + "destroy";
    }
    return switch (acquired) {
      case "bpf_ringbuf_reserve" -> "bpf_ringbuf_submit or bpf_ringbuf_discard";
      case "bpf_ringbuf_reserve_dynptr" ->
          "bpf_ringbuf_submit_dynptr or bpf_ringbuf_discard_dynptr";
      case "bpf_sk_lookup_tcp",
          "bpf_sk_lookup_udp",
          "bpf_skc_lookup_tcp",
          "bpf_sk_fullsock",
          "bpf_map_lookup_elem" ->
          "bpf_sk_release";
      case "bpf_task_from_pid", "bpf_task_from_vpid", "bpf_task_acquire" -> "bpf_task_release";
      case "bpf_cgroup_from_id",
          "bpf_cgroup_acquire",
          "bpf_cgroup_ancestor",
          "bpf_task_get_cgroup1" ->
          "bpf_cgroup_release";
      case "bpf_obj_new_impl", "bpf_obj_new", "bpf_refcount_acquire_impl" -> "bpf_obj_drop";
      case "bpf_percpu_obj_new_impl" -> "bpf_percpu_obj_drop";
      case "bpf_lookup_user_key", "bpf_lookup_system_key" -> "bpf_key_put";
      case "bpf_get_task_exe_file" -> "bpf_put_file";
      case "bpf_kptr_xchg" -> "the release function of the pointer, or put it back";
      case "bpf_cpumask_create", "bpf_cpumask_acquire" -> "bpf_cpumask_release";
      case "bpf_xdp_ct_lookup",
          "bpf_skb_ct_lookup",
          "bpf_xdp_ct_alloc",
          "bpf_skb_ct_alloc",
          "bpf_ct_insert_entry" ->
          "bpf_ct_release";
      case "bpf_crypto_ctx_create", "bpf_crypto_ctx_acquire" -> "bpf_crypto_ctx_release";
      default -> "call what releases the result of " + acquired;
    };
  }

  /// What to try about the fault that `telling` tells; empty where it is not in the table.
  static Optional<String> on(String telling, Subject subject) {
    for (var row : TABLE) {
      var match = row.pattern().matcher(telling);
      if (match.find()) {
        return Optional.of(row.text().apply(match.toMatchResult(), subject));
      }
    }
    return Optional.empty();
  }
}
