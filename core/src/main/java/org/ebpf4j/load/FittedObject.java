package org.ebpf4j.load;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;

/// An object as one kernel takes it. Nothing is created yet. It never changes, and any thread may
/// use it.
public final class FittedObject {
  private final ObjectSpec spec;
  private final List<FittedProgram> programs;
  private final Map<String, BpfException> failures;
  private final Map<String, FittedStructOps> structOps;
  private final ExternResolution externs;

  FittedObject(
      ObjectSpec spec,
      List<FittedProgram> programs,
      Map<String, BpfException> failures,
      Map<String, FittedStructOps> structOps,
      ExternResolution externs) {
    this.spec = spec;
    this.programs = List.copyOf(programs);
    this.failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    this.structOps = Collections.unmodifiableMap(new LinkedHashMap<>(structOps));
    this.externs = externs;
  }

  /// Fits an object to a kernel: lays its structs of functions out as the kernel has them, finds
  /// what the kernel supplies, and writes all that into the instructions of the programs that are
  /// to be loaded. What is missing fails only the programs that want it.
  ///
  /// @throws BpfException where a struct of functions is not to be had in that kernel, or a fact
  ///   that all programs depend on
  public static FittedObject of(ObjectSpec object, KernelFacts kernel, FitOptions options) {
    return new ObjectFitting(kernel, options).fit(object);
  }

  /// The object, where programs that no struct of functions wants are switched off.
  public ObjectSpec spec() {
    return spec;
  }

  /// The programs that are to be loaded, as far as they could be fitted, in the object's order.
  public List<FittedProgram> programs() {
    return programs;
  }

  /// Why the others could not be fitted, by their names, in the object's order.
  public Map<String, BpfException> failures() {
    return failures;
  }

  /// What its structs of functions come to, by the names of their maps.
  public Map<String, FittedStructOps> structOps() {
    return structOps;
  }

  /// The modules whose functions are called. A call names its module by its place here, counted
  /// from 1; place 0 stands for the kernel itself.
  public List<String> modules() {
    return externs.modules();
  }

  /// The content of map `.kconfig`.
  ///
  /// @param size its bytes
  /// @throws BpfException where a value is not there or does not fit its variable
  public byte[] config(int size) {
    return externs.config(size);
  }

  /// The name of the function that a call stands for which no kernel takes; empty for any other
  /// call.
  ///
  /// @param helper the number of the helper that is called
  public Optional<String> missingFunction(int helper) {
    return ExternResolution.missingFunction(spec, helper);
  }
}
