package org.ebpf4j.junit;

import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.util.List;
import java.util.Set;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.BpfVariable;
import org.ebpf4j.Kernel;
import org.ebpf4j.QueueMap;
import org.ebpf4j.RawMap;
import org.ebpf4j.TraceStream;
import org.ebpf4j.codec.PerCpu;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.run.JvmKernel;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.TypedPerfBuffer;
import org.ebpf4j.ring.TypedRingBuffer;
import org.ebpf4j.ring.UserRingBuffer;
import org.junit.jupiter.api.extension.ParameterResolutionException;

/// What tests are given as parameters.
record Parameters(Session session) {
  private static final Set<Class<?>> TYPES =
      Set.of(
          BpfMap.class,
          QueueMap.class,
          RingBuffer.class,
          TypedRingBuffer.class,
          PerfBuffer.class,
          TypedPerfBuffer.class,
          UserRingBuffer.class,
          BpfVariable.class,
          TraceStream.class,
          Hooks.class,
          KernelKind.class,
          Environment.class);

  static boolean supports(Class<?> type) {
    return TYPES.contains(type)
        || Kernel.class.isAssignableFrom(type)
        || BpfObject.class.isAssignableFrom(type)
        || BpfProgram.class.isAssignableFrom(type)
        || RawMap.class.isAssignableFrom(type);
  }

  Object resolve(Parameter parameter) {
    var type = parameter.getType();
    var value = value(parameter, type);
    if (!type.isInstance(value)) {
      throw new ParameterResolutionException(
          "parameter "
              + parameter
              + ": on the kernel "
              + session.kernel()
              + " it is a "
              + value.getClass().getSimpleName()
              + "\n  try: "
              + (value instanceof Kernel ? "Kernel, or Hooks to reach hooks" : "its interface"));
    }
    return value;
  }

  private Object value(Parameter parameter, Class<?> type) {
    if (Kernel.class.isAssignableFrom(type)) {
      return session.opened();
    }
    if (type == Hooks.class) {
      return session;
    }
    if (type == KernelKind.class) {
      return session.kernel();
    }
    if (type == Environment.class) {
      return session.opened() instanceof JvmKernel jvm ? jvm.environment() : new Environment();
    }
    if (type == TraceStream.class) {
      return session.keep(session.opened().tracePipe());
    }
    var object = session.object();
    if (BpfObject.class.isAssignableFrom(type)) {
      return object;
    }
    if (BpfProgram.class.isAssignableFrom(type)) {
      return program(parameter, object);
    }
    if (type == BpfVariable.class) {
      var variable = parameter.getAnnotation(Variable.class);
      if (variable == null) {
        throw wants(parameter, "@Variable(\"NAME\")");
      }
      return object.variable(variable.value());
    }
    var map = parameter.getAnnotation(Map.class);
    if (map == null) {
      throw wants(parameter, "@Map(\"NAME\")");
    }
    return ofMap(parameter, type, object, map.value());
  }

  private static BpfProgram program(Parameter parameter, BpfObject object) {
    var named = parameter.getAnnotation(Program.class);
    if (named != null) {
      return object.program(named.value());
    }
    if (object.programs().size() != 1) {
      throw wants(parameter, "@Program(\"NAME\"), as the object has several programs");
    }
    return object.programs().getFirst();
  }

  private Object ofMap(Parameter parameter, Class<?> type, BpfObject object, String name) {
    if (RawMap.class.isAssignableFrom(type)) {
      return object.map(name);
    }
    if (type == BpfMap.class) {
      return typed(parameter, object.map(name));
    }
    if (type == QueueMap.class) {
      return object.map(name).queue(argument(parameter, 0));
    }
    if (type == RingBuffer.class) {
      return session.keep(object.ringBuffer(name));
    }
    if (type == TypedRingBuffer.class) {
      return session.keep(object.ringBuffer(name)).as(argument(parameter, 0));
    }
    if (type == PerfBuffer.class) {
      return session.keep(object.perfBuffer(name));
    }
    if (type == TypedPerfBuffer.class) {
      return session.keep(object.perfBuffer(name)).as(argument(parameter, 0));
    }
    return session.keep(object.userRingBuffer(name));
  }

  private static BpfMap<?, ?> typed(Parameter parameter, RawMap map) {
    var key = argument(parameter, 0);
    if (parameter.getParameterizedType() instanceof ParameterizedType type
        && type.getActualTypeArguments()[1] instanceof ParameterizedType value
        && value.getRawType() == PerCpu.class
        && value.getActualTypeArguments()[0] instanceof Class<?> element) {
      return map.perCpu(key, element);
    }
    var value = argument(parameter, 1);
    return key == byte[].class && value == byte[].class ? map : map.as(key, value);
  }

  /// A type argument of a parameter.
  private static Class<?> argument(Parameter parameter, int index) {
    if (parameter.getParameterizedType() instanceof ParameterizedType type
        && type.getActualTypeArguments()[index] instanceof Class<?> argument) {
      return argument;
    }
    var names = List.of("first", "second");
    throw wants(parameter, "a class as its " + names.get(index) + " type argument");
  }

  private static ParameterResolutionException wants(Parameter parameter, String what) {
    return new ParameterResolutionException("parameter " + parameter + " wants " + what);
  }
}
