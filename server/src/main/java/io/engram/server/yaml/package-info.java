/**
 * Reading of YAML texts that somebody else wrote, within bounds: what the configuration, the runtime file and the auth
 * file begin with. Read {@link io.engram.server.yaml.YamlText}.
 */
package io.engram.server.yaml;
