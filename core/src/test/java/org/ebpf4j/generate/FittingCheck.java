package org.ebpf4j.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Optional;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.MapOfMaps;
import org.ebpf4j.QueueMap;
import org.ebpf4j.StorageMap;
import org.ebpf4j.TypedVariable;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.codec.IpPrefix;
import org.ebpf4j.codec.PerCpu;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.ring.TypedPerfBuffer;
import org.ebpf4j.ring.TypedRingBuffer;

/// Holds a generated class against its object: each accessor is for something that is there, and
/// its types fit. What is written can be written.
final class FittingCheck {
  private final ObjectSpec spec;
  private final Class<?> type;

  FittingCheck(ObjectSpec spec, Class<?> type) {
    this.spec = spec;
    this.type = type;
  }

  void all() {
    var programs = 0;
    for (var method : type.getDeclaredMethods()) {
      if (method.getParameterCount() != 0 || method.getName().equals("spec")) {
        continue;
      }
      if (method.getReturnType() == BpfProgram.class) {
        programs++;
        assertThat(spec.programs()).anyMatch(p -> isFor(p.name(), method, "Program"));
      } else if (method.getReturnType() == TypedVariable.class) {
        variable(method);
      } else {
        map(method);
      }
    }
    assertThat(programs).isEqualTo(spec.programs().size());
  }

  private static boolean isFor(String c, Method method, String suffix) {
    var name = NameScope.member(c);
    return method.getName().equals(name) || method.getName().equals(name + suffix);
  }

  private void variable(Method method) {
    var variable =
        spec.variables().stream()
            .filter(v -> isFor(v.name(), method, "Variable"))
            .findFirst()
            .orElseThrow();
    check(method, argument(method, 0), variable.type(), true);
  }

  private void map(Method method) {
    var map =
        spec.maps().stream().filter(m -> isFor(m.name(), method, "Map")).findFirst().orElseThrow();
    var view = method.getReturnType();
    if (view == BpfMap.class) {
      check(method, argument(method, 0), map.keyType(), true);
      check(method, argument(method, 1), map.valueType(), true);
    } else if (view == QueueMap.class || view == StorageMap.class) {
      check(method, argument(method, 0), map.valueType(), true);
    } else if (view == MapOfMaps.class) {
      check(method, argument(method, 0), map.keyType(), true);
    } else if (view == TypedRingBuffer.class || view == TypedPerfBuffer.class) {
      check(method, argument(method, 0), EventType.declared(spec, map).orElseThrow().id(), false);
    }
  }

  private static Type argument(Method method, int index) {
    var argument =
        ((ParameterizedType) method.getGenericReturnType()).getActualTypeArguments()[index];
    return argument instanceof ParameterizedType of && of.getRawType() == PerCpu.class
        ? of.getActualTypeArguments()[0]
        : argument;
  }

  private void check(Method method, Type argument, int id, boolean written) {
    assertThat(argument).as("%s", method).isNotInstanceOf(GenericArrayType.class);
    var java = (Class<?>) argument;
    if (java == byte[].class || java == IpPrefix.class || id == 0) {
      return;
    }
    var codec = Codec.of(java, spec.types().orElseThrow(), id);
    assertThat(codec.unnamed()).as("%s of %s", method, spec.name()).isEmpty();
    if (written) {
      assertThat(codec.whyReadOnly())
          .as("%s of %s", method, spec.name())
          .isEqualTo(Optional.empty());
    }
  }
}
