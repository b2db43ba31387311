/// Programs that are written in Java: a source file, a class file or a jar becomes an object.
@org.jspecify.annotations.NullMarked
package org.ebpf4j.cli.source;
