package io.engram.bucket.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeModel;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * An agent for the JVM of S3Mock, whose HTTP port cannot be told to listen on one address: makes the Tomcat in it listen
 * on 127.0.0.1 alone, as nothing that a test starts may be reached from outside.
 */
public final class LoopbackOnly implements ClassFileTransformer {
    private static final String ENDPOINT = "org/apache/tomcat/util/net/AbstractEndpoint";

    private LoopbackOnly() {}

    public static void premain(String arguments, Instrumentation instrumentation) {
        instrumentation.addTransformer(new LoopbackOnly());
    }

    /** Replaces {@code getAddress} of what binds the sockets. */
    @Override
    public byte[] transform(
            ClassLoader loader, String name, Class<?> redefined, ProtectionDomain domain, byte[] bytes) {
        if (!ENDPOINT.equals(name)) {
            return null;
        }
        ClassDesc address = ClassDesc.of(InetAddress.class.getName());
        ClassFile file = ClassFile.of();
        return file.transformClass(
                file.parse(bytes),
                ClassTransform.transformingMethods(
                        method -> method.methodName().equalsString("getAddress"), (builder, element) -> {
                            if (element instanceof CodeModel) {
                                builder.withCode(code -> code.invokestatic(
                                                address, "getLoopbackAddress", MethodTypeDesc.of(address))
                                        .areturn());
                            } else {
                                builder.with(element);
                            }
                        }));
    }

    /** The jar that {@code -javaagent} takes. */
    static Path writeJar(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", LoopbackOnly.class.getName());
        String entry = LoopbackOnly.class.getName().replace('.', '/') + ".class";
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream classes = new JarOutputStream(out, manifest);
                InputStream own = LoopbackOnly.class.getResourceAsStream("/" + entry)) {
            classes.putNextEntry(new JarEntry(entry));
            own.transferTo(classes);
            classes.closeEntry();
        }
        return jar;
    }
}
