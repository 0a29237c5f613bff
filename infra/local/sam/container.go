package sam

import (
	"fmt"
	"strings"
)

type taskProperties struct {
	TaskRoleArn string

	ContainerDefinitions []struct {
		Name        string
		Environment []struct {
			Name  string
			Value any
		}
		Secrets []struct{ Name, ValueFrom string }

		Command                any
		Essential              any
		HealthCheck            any
		Image                  any
		LinuxParameters        any
		LogConfiguration       any
		ReadonlyRootFilesystem any
		StopTimeout            any
		User                   any
	}

	Cpu                     any
	ExecutionRoleArn        any
	Family                  any
	Memory                  any
	NetworkMode             any
	RequiresCompatibilities any
	RuntimePlatform         any
	Tags                    any
}

func (r *reader) readTask(res resource) error {
	var p taskProperties
	if err := r.properties(res, &p); err != nil {
		return err
	}
	for _, c := range p.ContainerDefinitions {
		values := map[string]any{}
		for _, v := range c.Environment {
			values[v.Name] = v.Value
		}
		for _, s := range c.Secrets {
			values[s.Name] = secretPrefix + s.ValueFrom + secretSuffix
		}
		env, err := variables(values)
		if err != nil {
			return fmt.Errorf("container %s: %w", c.Name, err)
		}
		r.out.Containers = append(r.out.Containers, Container{ID: res.id, Name: c.Name, Env: env, role: p.TaskRoleArn})
	}
	return nil
}

const (
	secretPrefix = "{{resolve:secretsmanager:"
	secretSuffix = "}}"
)

// FillSecrets puts secrets into the environments that refer to them: by the logical id of a secret of the template,
// or by the text of the parameter that names one. A secret that is not among them is an error.
func (t *Template) FillSecrets(secrets map[string]string) error {
	for _, f := range t.Functions {
		if err := fillSecrets(f.Env, secrets); err != nil {
			return fmt.Errorf("%s: %w", f.ID, err)
		}
	}
	for _, c := range t.Containers {
		if err := fillSecrets(c.Env, secrets); err != nil {
			return fmt.Errorf("%s: %w", c.ID, err)
		}
	}
	return nil
}

func fillSecrets(env, secrets map[string]string) error {
	for name, value := range env {
		if !strings.Contains(value, "{{resolve:") {
			continue
		}
		id := strings.TrimSuffix(strings.TrimPrefix(value, secretPrefix), secretSuffix)
		id = strings.TrimSuffix(id, ":SecretString")
		secret, ok := secrets[id]
		if !ok {
			return fmt.Errorf("environment variable %s: the local stack has no value for %s", name, value)
		}
		env[name] = secret
	}
	return nil
}
