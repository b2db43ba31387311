package org.ebpf4j.linux.internal.sys;

import java.lang.reflect.Proxy;

/// The JVM's way to have a signal handled, `sun.misc.Signal`, by name: the module of this library
/// does not read the one that has it.
final class SignalStormHandler {
  private SignalStormHandler() {}

  /// Has `action` run whenever the signal arrives; returns the handler before, for [#restore].
  static Object install(String signal, Runnable action) {
    try {
      var type = Class.forName("sun.misc.SignalHandler");
      var handler =
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (_, method, arguments) -> {
                if (method.getDeclaringClass() != type) {
                  return method.invoke(action, arguments);
                }
                action.run();
                return null;
              });
      return handle(signal, handler);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /// Puts the handler back that was there before. Signals that no thread has taken yet are thrown
  /// away first (the kernel does that when a signal becomes ignored): the default is death.
  static void restore(String signal, Object before) {
    try {
      handle(signal, Class.forName("sun.misc.SignalHandler").getField("SIG_IGN").get(null));
      handle(signal, before);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static Object handle(String signal, Object handler) throws ReflectiveOperationException {
    var signals = Class.forName("sun.misc.Signal");
    var handlers = Class.forName("sun.misc.SignalHandler");
    return signals
        .getMethod("handle", signals, handlers)
        .invoke(null, signals.getConstructor(String.class).newInstance(signal), handler);
  }
}
