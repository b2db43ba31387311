package org.ebpf4j.linux.internal.host;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;

/// The network devices of the calling thread's network namespace.
public final class NetworkDevices {
  private NetworkDevices() {}

  /// The index of a device.
  ///
  /// @throws NotFoundException where there is none of that name
  public static int index(String name) {
    try {
      var device = NetworkInterface.getByName(name);
      if (device != null) {
        return device.getIndex();
      }
      throw new NotFoundException(
          "network device", name, names(), "It is looked for in this thread's network namespace");
    } catch (SocketException e) {
      throw new BpfException(
          "network device " + name + " cannot be looked up: " + e.getMessage(), e);
    }
  }

  private static List<String> names() throws SocketException {
    return NetworkInterface.networkInterfaces().map(NetworkInterface::getName).toList();
  }
}
