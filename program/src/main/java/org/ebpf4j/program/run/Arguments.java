package org.ebpf4j.program.run;

import java.lang.reflect.InvocationTargetException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.program.Context;
import org.ebpf4j.program.KernelType;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.jvm.Shapes;
import org.jspecify.annotations.Nullable;

/// What a program is given, made of what a kernel would be given to run it.
final class Arguments {
  /// Programs that see packets without their Ethernet header.
  private static final Set<ProgramType> WITHOUT_HEADER =
      Set.of(
          ProgramType.SOCKET_FILTER,
          ProgramType.CGROUP_SKB,
          ProgramType.LWT_IN,
          ProgramType.LWT_OUT,
          ProgramType.LWT_XMIT,
          ProgramType.LWT_SEG6LOCAL,
          ProgramType.SK_SKB);

  private static final int ETHERNET = 14;
  private static final int LOOPBACK = 1;

  private final ProgramType type;
  private final @Nullable Object[] values;

  private Arguments(ProgramType type, @Nullable Object[] values) {
    this.type = type;
    this.values = values;
  }

  @Nullable Object[] values() {
    return values;
  }

  static Arguments of(ProgramType type, Class<?>[] parameters, RunInput input) {
    if (parameters.length == 1 && !isArgument(parameters[0])) {
      return new Arguments(type, new Object[] {context(type, parameters[0], input)});
    }
    var values = new Object[parameters.length];
    var words = Arrays.copyOf(input.context(), Math.max(8 * parameters.length, 8));
    var buffer = java.nio.ByteBuffer.wrap(words).order(ByteOrder.nativeOrder());
    for (int i = 0; i < values.length; i++) {
      var word = buffer.getLong(8 * i);
      values[i] =
          parameters[i].isPrimitive()
              ? Shapes.of(parameters[i]).value(part(word, Shapes.of(parameters[i]).size()))
              : Environment.current().objectAt(word);
    }
    return new Arguments(type, values);
  }

  private static boolean isArgument(Class<?> type) {
    return type.isPrimitive() || type.isAnnotationPresent(KernelType.class);
  }

  private static byte[] part(long word, int size) {
    return Arrays.copyOf(
        java.nio.ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(word).array(), size);
  }

  private static Object context(ProgramType type, Class<?> parameter, RunInput input) {
    if (!Context.class.isAssignableFrom(parameter)) {
      var shape = Shapes.of(parameter);
      return shape.value(Arrays.copyOf(input.context(), shape.size()));
    }
    var packet = input.data();
    if (WITHOUT_HEADER.contains(type) && packet.length >= ETHERNET) {
      packet = Arrays.copyOfRange(packet, ETHERNET, packet.length);
    }
    try {
      var constructor = parameter.getDeclaredConstructor(byte[].class);
      constructor.setAccessible(true);
      var context = (Context) constructor.newInstance(packet);
      prepare(type, context, input);
      return context;
    } catch (InvocationTargetException | NoSuchMethodException e) {
      throw new BpfException("no context of " + parameter.getName() + " can be made", e);
    } catch (ReflectiveOperationException e) {
      throw new BpfException("a context of " + parameter.getName() + " cannot be made", e);
    }
  }

  /// What a kernel says of a packet that it is given to run a program on: it came in by the
  /// loopback device.
  private static void prepare(ProgramType type, Context context, RunInput input) {
    var packet = input.data();
    context.setFields(input.context());
    if (type == ProgramType.XDP) {
      context.set("ingress_ifindex", LOOPBACK);
    } else if (packet.length >= ETHERNET && context instanceof org.ebpf4j.program.SocketBuffer) {
      context.set("ifindex", LOOPBACK);
      context.set("protocol", (packet[12] & 0xff) | (packet[13] & 0xff) << 8);
    }
  }

  /// The packet as the program left it.
  byte[] packet() {
    if (values.length == 1 && values[0] instanceof Context context) {
      var packet = context.packetBytes();
      if (!WITHOUT_HEADER.contains(type) || packet.length == 0) {
        return packet;
      }
      var whole = new byte[ETHERNET + packet.length];
      System.arraycopy(packet, 0, whole, ETHERNET, packet.length);
      return whole;
    }
    return new byte[0];
  }

  /// The context as the program left it.
  byte[] context() {
    if (values.length != 1 || values[0] == null) {
      return new byte[0];
    }
    if (values[0] instanceof Context context) {
      return context.fields();
    }
    return type == ProgramType.SYSCALL ? Shapes.ofValue(values[0]).bytes(values[0]) : new byte[0];
  }
}
