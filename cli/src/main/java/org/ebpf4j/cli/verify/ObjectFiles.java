package org.ebpf4j.cli.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.cli.input.BoundedLines;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;

/// The object files that a command is to look at: those that are named, and those named `*.o` in
/// the directories that are. Each once, in the order of the names.
final class ObjectFiles {
  private static final int MAX_DEPTH = 256;

  /// By name: why there is no such file, or nothing.
  private final Map<String, String> files = new LinkedHashMap<>();

  /// The files; where one cannot be had, the reason is [#problem(String)].
  List<String> names() {
    return List.copyOf(files.keySet());
  }

  /// Why a file cannot be had; empty where that is not known before it is read.
  String problem(String file) {
    return files.getOrDefault(file, "");
  }

  /// A file or a directory.
  void add(String name) {
    Path path;
    try {
      path = Path.of(name);
    } catch (InvalidPathException e) {
      files.put(name, "no name of a file: " + e.getReason());
      return;
    }
    if (name.isEmpty() || !Files.isDirectory(path)) {
      files.putIfAbsent(name, name.isEmpty() ? "the name of the file is empty" : "");
      return;
    }
    var found = new ArrayList<Path>();
    walk(path, 0, found);
    if (found.isEmpty()) {
      files.putIfAbsent(path.toString(), path + ": no file named *.o is in this directory");
    }
    found.stream().map(Path::toString).sorted().forEach(file -> files.putIfAbsent(file, ""));
  }

  /// Links to directories are not followed.
  private void walk(Path directory, int depth, List<Path> found) {
    if (depth > MAX_DEPTH) {
      files.put(directory.toString(), directory + ": more than " + MAX_DEPTH + " directories deep");
      return;
    }
    try (var entries = Files.newDirectoryStream(directory)) {
      for (var entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          walk(entry, depth + 1, found);
        } else if (entry.toString().endsWith(".o") && Files.isRegularFile(entry)) {
          found.add(entry);
        }
      }
    } catch (IOException e) {
      files.put(directory.toString(), directory + ": cannot be listed: " + FileError.reason(e));
    } catch (DirectoryIteratorException e) {
      files.put(directory.toString(), directory + ": cannot be listed: " + FileError.reason(e));
    }
  }

  /// The files and directories of a list, one on each line; `-` is standard input.
  ///
  /// @throws BpfException where it cannot be read
  void addList(String list) {
    try (var stream = list.equals("-") ? System.in : Files.newInputStream(Path.of(list))) {
      addLines("the list " + list, stream);
    } catch (IOException e) {
      throw FileError.of("the list " + list, "read", e);
    } catch (InvalidPathException e) {
      throw new BpfException("the list " + list + ": no name of a file: " + e.getReason(), e);
    }
  }

  private void addLines(String name, InputStream stream) throws IOException {
    var lines = new BoundedLines(name, stream);
    for (var line = lines.next(); line != null; line = lines.next()) {
      if (!line.isBlank()) {
        add(line);
      }
    }
  }
}
