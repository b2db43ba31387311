package org.ebpf4j.verifierlog;

import static org.ebpf4j.verifierlog.AdviceRow.row;

import java.util.List;

/// What to try where the verifier refuses a call: what may be null, who may call what, and what may
/// not be called while a lock is held.
final class CallAdvice {
  private static final String LOCK_REGION =
      "call it before the lock is taken or after it is given back, and keep the result in a"
          + " variable";

  static final List<AdviceRow> ROWS =
      List.of(
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
                      + " takes no null: compare the pointer with null before the call: if"
                      + " (!pointer) return 0;"),
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
                  "use a program of another type: not every type, nor every hook, may call the"
                      + " kernel function "
                      + m.group(1)),
          row(
              "(call might sleep|sleepable (helper|kfunc)|kernel func \\S+ is sleepable).*"
                  + " (in|within|while) .*(rcu|irq|IRQ|preempt|atomic|lock)",
              (_, s) ->
                  s.called().orElse("the function")
                      + " may sleep: call it outside of the section that holds a lock, or has RCU,"
                      + " preemption or interrupts switched off"),
          row(
              "call might sleep|call is not allowed in probe|must be sleepable to call|sleepable"
                  + " .*non-sleepable",
              (_, s) ->
                  s.called().filter(c -> c.startsWith("bpf_copy_from_user")).isPresent()
                      ? "use bpf_probe_read_user, which does not sleep, or a sleepable program: a"
                          + " section with .s, such as fentry.s/, lsm.s/ or uprobe.s/"
                      : "make the program sleepable, as "
                          + s.called().orElse("the function called")
                          + " may sleep: a section with .s, such as fentry.s/, lsm.s/, iter.s/ or"
                          + " uprobe.s/, or one for syscall"),
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
              "call bpf_spin_lock and bpf_spin_unlock on the same lock, in this order, on every"
                  + " path"),
          row(
              "doesn't have constant offset\\."
                  + " bpf_(spin_lock|timer|wq)|bpf_(spin_lock|timer|wq|dynptr|list_\\w+|rb_\\w+)"
                  + " cannot be accessed directly",
              "use it through its helpers only, at a constant place in the value of the map"),
          row(
              "(?:has to have BTF|doesn't have 'struct|is not a struct type)",
              "give the map a struct as its value by __type(value, struct …), with the"
                  + " bpf_spin_lock, bpf_timer or pointer in it, and compile with -g"));

  private CallAdvice() {}
}
