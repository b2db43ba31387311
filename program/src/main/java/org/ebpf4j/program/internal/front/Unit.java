package org.ebpf4j.program.internal.front;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.program.internal.ir.Features;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.Refusal;

/// What is compiled together: classes, what their static fields are, and the functions of the
/// program that is compiled now.
public final class Unit {
  /// What a subprogram returns for an exception: above all ints.
  static final long FAULT = 1L << 32;

  final Classes classes;
  final Layouts layouts;
  public final Statics statics;
  public final Features features;
  private final Map<Method, Function> functions = new LinkedHashMap<>();
  private final Map<String, Function> callbacks = new LinkedHashMap<>();
  private final Set<Method> open = new HashSet<>();
  String license = "GPL";
  ProgramType programType = ProgramType.SOCKET_FILTER;

  public Unit(Classes classes, Statics statics, Features features) {
    this.classes = classes;
    this.layouts = new Layouts(classes);
    this.statics = statics;
    this.features = features;
  }

  /// The license of the programs.
  public void license(String text) {
    license = text;
  }

  /// Reads a program.
  public Function program(Method method, ProgramType type, long onFault) {
    functions.clear();
    callbacks.clear();
    programType = type;
    return function(method, Function.Role.PROGRAM, onFault);
  }

  /// The functions that the program calls, in the order in which they were met.
  public List<Function> functions() {
    var all = new java.util.ArrayList<>(functions.values());
    all.addAll(callbacks.values());
    return all;
  }

  /// Where types of fields and keys stand in memory, for the types of the object.
  public StructTypes types(org.ebpf4j.btf.BtfBuilder btf) {
    return new StructTypes(btf, layouts);
  }

  Function subprogram(Method method) {
    var known = functions.get(method);
    if (known == null) {
      known = function(method, Function.Role.SUBPROGRAM, FAULT);
      functions.put(method, known);
    }
    return known;
  }

  void callback(String name, Function function) {
    callbacks.put(name, function);
  }

  private Function function(Method method, Function.Role role, long onFault) {
    var owner = method.getDeclaringClass();
    if (!open.add(method)) {
      throw new Refusal(
          "method " + method.getName() + " calls itself",
          "a loop; the stack of a program has room for a few calls only");
    }
    var function =
        new Function(
            method.getName(),
            classes.source(owner),
            List.of(method.getParameterTypes()),
            method.getReturnType(),
            role,
            onFault);
    new MethodReader(this, new Flow(function, features)).read(method, owner);
    open.remove(method);
    return function;
  }
}
