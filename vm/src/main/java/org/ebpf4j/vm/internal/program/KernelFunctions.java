package org.ebpf4j.vm.internal.program;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.ebpf4j.load.KernelFacts.NamedFunctions;
import org.ebpf4j.vm.call.FunctionCall;
import org.ebpf4j.vm.call.KernelFunction;
import org.ebpf4j.vm.internal.kfunc.Deferred;
import org.ebpf4j.vm.internal.kfunc.Kfunc;
import org.ebpf4j.vm.internal.kfunc.Kfuncs;
import org.ebpf4j.vm.internal.machine.Helper;

/// The kfuncs of a kernel, by name: its own, and those that a test has registered. Any thread may
/// use it.
public final class KernelFunctions {
  private final Map<String, Kfunc> all;

  public KernelFunctions(Deferred deferred, Map<String, Helper> helpers) {
    all = new ConcurrentHashMap<>(Kfuncs.all(deferred, helpers));
  }

  public Optional<Kfunc> find(String name) {
    return Optional.ofNullable(all.get(name));
  }

  public void put(String name, KernelFunction function) {
    all.put(
        name,
        Kfunc.plain((run, a, b, c, d, e) -> function.call(new FunctionCall(run, a, b, c, d, e))));
  }

  /// What there is to know of them to fit an object.
  public NamedFunctions named() {
    return new NamedFunctions(
        Set.copyOf(all.keySet()),
        "register it with kernel.kfunc(\"%s\", call -> …) before the object is loaded; or declare it"
            + " __ksym __weak, and call it only if bpf_ksym_exists(%s)");
  }
}
