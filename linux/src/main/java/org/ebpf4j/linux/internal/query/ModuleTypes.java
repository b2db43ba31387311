package org.ebpf4j.linux.internal.query;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.jspecify.annotations.Nullable;

/// The types of the modules that are loaded, each of which continues those of the kernel. Nothing
/// is asked before they are wanted; then their descriptors stay open until [#close()], so that they
/// can be given to the kernel. For one load, and not for several threads.
public final class ModuleTypes implements AutoCloseable {
  private static final Set<Integer> REFUSALS = Set.of(Errno.EPERM, Errno.EACCES, Errno.EINVAL);

  private final Btf kernel;
  private @Nullable List<Module> modules;

  /// The types of one module.
  ///
  /// @param name the module's
  /// @param id the id of the BTF in the kernel
  /// @param fd its descriptor, which belongs to the list
  /// @param types with ids that follow those of the kernel's own
  public record Module(String name, int id, Fd fd, Btf types) {}

  /// @param kernel the types of the kernel
  public ModuleTypes(Btf kernel) {
    this.kernel = kernel;
  }

  /// All of them, by id, without those that are damaged. None where the kernel gives no module BTF
  /// (before 5.11), or does not give it to this process.
  ///
  /// @throws KernelException where the kernel refuses for a reason that is no lack of privilege
  public List<Module> all() {
    if (modules == null) {
      var found = new ArrayList<Module>();
      try {
        collect(found);
      } catch (RuntimeException | Error e) {
        found.forEach(module -> module.fd().close());
        throw e;
      }
      modules = List.copyOf(found);
    }
    return modules;
  }

  private void collect(List<Module> found) {
    for (var next = Bpf.nextId(ObjectKind.TYPES, 0); next.isPresent(); ) {
      var id = next.getAsInt();
      if (id < 0) {
        check("BTF_GET_NEXT_ID", -id);
        return;
      }
      var opened = Bpf.openById(ObjectKind.TYPES, id);
      if (opened.ok()) {
        take(found, id, opened.fd());
      } else if (opened.errno() != Errno.ENOENT) {
        check("BTF_GET_FD_BY_ID", opened.errno());
        return;
      }
      next = Bpf.nextId(ObjectKind.TYPES, id);
    }
  }

  private static void check(String command, int errno) {
    if (!REFUSALS.contains(errno)) {
      throw KernelException.of("the types of modules", command, errno);
    }
  }

  /// Keeps it if it is a module's, or else closes it.
  private void take(List<Module> found, int id, Fd fd) {
    try {
      var header = ObjectInfo.typesHeader(fd.number());
      if (header.kernel() && !header.name().equals("vmlinux")) {
        var bytes = ObjectInfo.types(fd.number()).bytes();
        var types =
            Btf.readSplit(FileBytes.of(header.name(), bytes, ByteOrder.nativeOrder()), kernel);
        found.add(new Module(header.name(), id, fd, types));
        return;
      }
    } catch (MalformedObjectException _) {
      // Of a module that was built for another kernel. The kernel takes it where it was told to not
      // mind (CONFIG_MODULE_ALLOW_BTF_MISMATCH); nobody can say what is in it.
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
    fd.close();
  }

  @Override
  public void close() {
    if (modules != null) {
      modules.forEach(module -> module.fd().close());
      modules = null;
    }
  }
}
